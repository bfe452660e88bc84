package io.intelligentcache.internal.memory.size;

/** How the size of the objects of one class is found. Called without any lock. */
sealed interface Shape {
  /** Of objects without references that must be followed; the size includes all that they refer to. */
  @FunctionalInterface
  non-sealed interface Leaf extends Shape {
    /** {@return the bytes of an object} */
    long bytes(Object object);
  }

  /** Of objects that refer to others. */
  @FunctionalInterface
  non-sealed interface Branch extends Shape {
    /**
     * Adds the objects that an object refers to, to the walk.
     *
     * @return the bytes of the object alone
     */
    long visit(Object object, ObjectWalk walk);
  }
}
