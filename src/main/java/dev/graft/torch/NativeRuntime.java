package dev.graft.torch;

import java.io.IOException;
import java.util.Properties;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/**
 * Loads libtorch and sets what is global to the process, once: the thread counts and JavaCPP's
 * memory limit. Every class of this package calls {@link #load()} itself; a program calls it only
 * to pay for loading at a moment of its choice.
 *
 * <p>System properties, read at the first use:
 *
 * <ul>
 *   <li>{@code graft.threads}: libtorch's intra-op threads. Default: {@code OMP_NUM_THREADS} where
 *       set, else the processors that the JVM may use, which honours a container's quota (libtorch
 *       itself counts the machine's).
 *   <li>{@code org.bytedeco.javacpp.maxBytes} and {@code …maxPhysicalBytes}: JavaCPP's limits.
 *       Where unset they are switched off, because graft frees native memory itself; JavaCPP's
 *       default refuses allocations as soon as the process holds four times the Java heap.
 * </ul>
 *
 * <p>OpenMP's threads spin at barriers by default, and any other busy thread on the same processors
 * then slows training several times. graft sees to it that they do not, unless the environment
 * variables {@code OMP_WAIT_POLICY} or {@code GOMP_SPINCOUNT} say how they wait; with {@code
 * GOMP_SPINCOUNT=2000} training is up to a fifth faster, and as fair to other threads.
 */
public final class NativeRuntime {
  private static volatile boolean loaded;

  private NativeRuntime() {}

  /**
   * What is loaded and how it is set.
   *
   * @param pytorch libtorch's version
   * @param javacpp JavaCPP's version
   * @param platform JavaCPP's name of the platform, such as linux-x86_64
   * @param cpu the instruction set that libtorch's kernels use, such as AVX512
   * @param threads libtorch's intra-op threads
   * @param cudaDevices CUDA devices that libtorch can use
   * @param waitPolicy the value of {@code OMP_WAIT_POLICY}, or "unset"
   */
  public record Info(
      String pytorch,
      String javacpp,
      String platform,
      String cpu,
      int threads,
      int cudaDevices,
      String waitPolicy) {}

  /**
   * Loads the native libraries, if that has not happened yet.
   *
   * @throws TorchException if they cannot be loaded on this machine
   */
  public static void load() {
    if (!loaded) {
      loadOnce();
    }
  }

  private static synchronized void loadOnce() {
    if (loaded) {
      return;
    }
    limitJavacpp();
    try (PointerScope scope = new PointerScope()) {
      extractLibtorch();
      int threads = defaultThreads();
      torch.set_num_threads(threads);
      openblas.blas_set_num_threads(1);
      if (SpareTeam.isNeeded()) {
        SpareTeam.assemble(threads);
      }
    } catch (IOException e) {
      throw new TorchException(
          "Cannot unpack libtorch: "
              + e.getMessage()
              + " It takes half a gigabyte in ~/.javacpp, or where -Dorg.bytedeco.javacpp.cachedir=DIR says.",
          e);
    } catch (LinkageError e) {
      throw new TorchException(
          "Cannot load libtorch for "
              + Loader.getPlatform()
              + ": "
              + e.getMessage()
              + ". Is the jar org.bytedeco:pytorch with that classifier on the class path?",
          e);
    }
    loaded = true;
  }

  /** JavaCPP reads its limits when its classes load, so this comes before any of them. */
  private static void limitJavacpp() {
    for (String limit : new String[] {"maxBytes", "maxPhysicalBytes"}) {
      String key = "org.bytedeco.javacpp." + limit;
      if (System.getProperty(key) == null
          && System.getProperty(key.toLowerCase(java.util.Locale.ROOT)) == null) {
        System.setProperty(key, "0");
      }
    }
  }

  /**
   * Puts libtorch's own files side by side into JavaCPP's cache before the first of them is opened.
   * Otherwise libtorch.so would be opened before libtorch_cpu.so is there, and the linker would
   * take a system's copy of another version instead, which ends the process.
   */
  private static void extractLibtorch() throws IOException {
    Properties platform = Loader.loadProperties();
    String prefix = platform.getProperty("platform.library.prefix", "");
    String suffix = platform.getProperty("platform.library.suffix", "");
    for (String build : new String[] {"-gpu", ""}) {
      String folder = "/org/bytedeco/pytorch/" + Loader.getPlatform() + build + "/";
      for (String library : new String[] {"c10", "torch_cpu", "torch"}) {
        // Returns null, and does nothing, where the class path has no such build.
        Loader.cacheResource(
            org.bytedeco.pytorch.presets.torch.class, folder + prefix + library + suffix);
      }
    }
  }

  private static int defaultThreads() {
    Integer asked = Integer.getInteger("graft.threads");
    if (asked == null) {
      String environment = System.getenv("OMP_NUM_THREADS");
      asked =
          environment != null && environment.matches("[1-9]\\d{0,3}")
              ? Integer.valueOf(environment)
              : Integer.valueOf(Runtime.getRuntime().availableProcessors());
    }
    if (asked < 1) {
      throw new IllegalArgumentException("graft.threads is " + asked + "; it must be at least 1.");
    }
    return asked;
  }

  /**
   * Sets the number of threads that one libtorch operation uses, for the whole process.
   *
   * @param threads at least 1
   */
  public static void setThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + "; it must be at least 1.");
    }
    Native.run(() -> torch.set_num_threads(threads));
  }

  /**
   * Sets the number of threads that one libtorch operation uses when this thread calls it. Other
   * threads keep theirs, and new ones begin with that of the process.
   *
   * @param threads at least 1
   */
  public static void setThreadsOfThisThread(int threads) {
    load();
    synchronized (NativeRuntime.class) {
      threads(); // a thread's first call sets its number to the process's; that must be over
      int[] process = new int[1];
      elsewhere(() -> process[0] = threads()); // a new thread has the process's number
      setThreads(threads); // this thread's and, alas, the process's
      elsewhere(() -> setThreads(process[0]));
    }
  }

  private static void elsewhere(Runnable task) {
    Thread thread = new Thread(task, "graft-threads");
    thread.setDaemon(true);
    thread.start();
    Uninterruptibly.run(thread::join);
  }

  /**
   * Returns the number of threads that one libtorch operation uses.
   *
   * @return at least 1
   */
  public static int threads() {
    return Native.call(torch::get_num_threads);
  }

  /**
   * Seeds libtorch's global generator, which layers such as dropout draw from.
   *
   * @param seed any value
   */
  public static void manualSeed(long seed) {
    Native.run(() -> torch.manual_seed(seed));
  }

  /**
   * Reports what is loaded and how it is set.
   *
   * @return a snapshot
   */
  public static Info info() {
    String waitPolicy = System.getenv("OMP_WAIT_POLICY");
    return new Info(
        version("pytorch"),
        version("javacpp"),
        Loader.getPlatform(),
        Native.call(() -> torch.get_cpu_capability().getString()),
        threads(),
        Device.cudaDevices(),
        waitPolicy == null ? "unset" : waitPolicy);
  }

  private static String version(String artifact) {
    try {
      return Loader.getVersion("org.bytedeco", artifact);
    } catch (IOException e) {
      return "unknown";
    }
  }
}
