package io.intelligentcache.internal.memory.size;

import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Follows the references in the fields of the objects of one class. Calls none of their code. */
final class ReferenceFields implements Shape.Branch {
  private final long bytes;
  private final ReferenceField[] fields;

  /** A field that can't be read, if there is one. */
  private final @Nullable String unreadable;

  private ReferenceFields(long bytes, ReferenceField[] fields, @Nullable String unreadable) {
    this.bytes = bytes;
    this.fields = fields;
    this.unreadable = unreadable;
  }

  /**
   * The shape of a class.
   *
   * @param bytes of an object alone
   * @param unsafe whether {@link UnsafeFields} may be used
   */
  static Shape shape(Class<?> type, long bytes, boolean unsafe) {
    ReferenceFields all = of(type, Set.of(), bytes, unsafe);
    return all.fields.length == 0 && all.unreadable == null ? (Shape.Leaf) object -> bytes : all;
  }

  /**
   * The fields of a class, except some.
   *
   * @param except names of fields that are not followed
   */
  static ReferenceFields of(Class<?> type, Set<String> except, long bytes, boolean unsafe) {
    List<ReferenceField> readable = new ArrayList<>();
    String unreadable = null;
    for (@Nullable Class<?> each = type; each != null; each = each.getSuperclass()) {
      if (each == Reference.class) { // it does not keep its referent alive
        break;
      }
      for (Field field : each.getDeclaredFields()) {
        if (field.getType().isPrimitive()
            || Modifier.isStatic(field.getModifiers())
            || except.contains(field.getName())) {
          continue;
        }
        ReferenceField reference = ReferenceField.of(field, unsafe);
        if (reference != null) {
          readable.add(reference);
        } else {
          unreadable = "field " + field.getName() + " of " + each.getName()
              + ", which can't be read in this JVM" + UnsafeFields.remedy();
        }
      }
    }
    return new ReferenceFields(bytes, readable.toArray(ReferenceField[]::new), unreadable);
  }

  @Override
  public long visit(Object object, ObjectWalk walk) {
    if (unreadable != null) {
      walk.miss(unreadable);
    }
    for (ReferenceField field : fields) {
      walk.add(field.in(object));
    }
    return bytes;
  }
}
