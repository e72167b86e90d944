package dev.graft.spark;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Resources that a process has once each, whoever uses them: made at the first lease of a key, kept
 * between leases, and closed by the first {@link #sweep} that finds them unused for a while.
 *
 * @param <K> what tells resources apart
 * @param <R> the resource
 */
final class SharedResources<K, R extends AutoCloseable> implements AutoCloseable {
  /** The use of a resource. Closing it again is harmless. */
  final class Lease implements AutoCloseable {
    private final Entry entry;
    private final R resource;
    private boolean returned;

    private Lease(Entry entry, R resource) {
      this.entry = entry;
      this.resource = resource;
    }

    R resource() {
      return resource;
    }

    @Override
    public void close() {
      synchronized (SharedResources.this) {
        if (returned) {
          return;
        }
        returned = true;
        leave(entry);
      }
    }
  }

  private final class Entry {
    private @Nullable R resource;
    private int users;
    private long idleSince;
    private boolean over;

    /** Makes the resource; whoever wants the same meanwhile waits here, and nobody else. */
    private synchronized R open(K key, Function<K, R> maker) {
      if (over) {
        throw ending();
      }
      if (resource == null) {
        resource = maker.apply(key);
      }
      return resource;
    }

    private synchronized void close() {
      over = true;
      if (resource != null) {
        SharedResources.close(resource);
        resource = null;
      }
    }
  }

  private final LongSupplier nanoTime;
  private final long idleNanos;
  private final Map<K, Entry> entries = new HashMap<>();
  private boolean closed;

  /**
   * Makes an empty collection.
   *
   * @param idleNanos how long an unused resource is kept at least
   * @param nanoTime the clock
   */
  SharedResources(long idleNanos, LongSupplier nanoTime) {
    this.idleNanos = idleNanos;
    this.nanoTime = nanoTime;
  }

  /** Leases the resource of a key, making it if it is not there; what that throws is passed on. */
  Lease lease(K key, Function<K, R> maker) {
    Entry entry = enter(key);
    boolean leased = false;
    try {
      var lease = new Lease(entry, entry.open(key, maker));
      leased = true;
      return lease;
    } finally {
      if (!leased) {
        synchronized (this) {
          leave(entry);
        }
      }
    }
  }

  private synchronized Entry enter(K key) {
    if (closed) {
      throw ending();
    }
    Entry entry = entries.computeIfAbsent(key, k -> new Entry());
    entry.users++;
    return entry;
  }

  /** Called with the lock of this object. */
  private void leave(Entry entry) {
    entry.users--;
    entry.idleSince = nanoTime.getAsLong();
  }

  /** Closes what nobody has used for a while. */
  void sweep() {
    List<Entry> idle = new ArrayList<>();
    synchronized (this) {
      long now = nanoTime.getAsLong();
      entries
          .values()
          .removeIf(
              entry -> {
                boolean over = entry.users == 0 && now - entry.idleSince >= idleNanos;
                return over && idle.add(entry);
              });
    }
    idle.forEach(Entry::close);
  }

  /** Closes all resources, also those in use, and makes no more. */
  @Override
  public void close() {
    List<Entry> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(entries.values());
      entries.clear();
    }
    all.forEach(Entry::close);
  }

  private static IllegalStateException ending() {
    return new IllegalStateException("This process is ending.");
  }

  private static void close(AutoCloseable resource) {
    try {
      resource.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
