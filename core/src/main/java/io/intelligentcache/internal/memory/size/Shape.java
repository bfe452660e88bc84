package io.intelligentcache.internal.memory.size;

/** How the objects of one class take heap. Called without any lock. */
sealed interface Shape {
  /** Of objects that refer to nothing that counts but what this includes. */
  @FunctionalInterface
  non-sealed interface Leaf extends Shape {
    /** {@return the bytes of an object} */
    long bytes(Object object);
  }

  /** Of objects that refer to others. */
  @FunctionalInterface
  non-sealed interface Branch extends Shape {
    /**
     * Hands what an object refers to on to the walk.
     *
     * @return the bytes of the object alone
     */
    long visit(Object object, ObjectWalk walk);
  }
}
