package dev.graft.cli;

import dev.graft.image.ImageDecoder;
import dev.graft.torch.NativeRuntime;
import dev.graft.torch.Version;
import picocli.CommandLine;

/** What {@code --version} prints; all native libraries are loaded for it. */
final class VersionLine implements CommandLine.IVersionProvider {
  @Override
  public String[] getVersion() {
    NativeRuntime.Info runtime = NativeRuntime.info();
    return new String[] {
      "graft " + Version.graft(),
      "libtorch " + runtime.pytorch() + " for " + runtime.platform(),
      "OpenCV " + ImageDecoder.openCvVersion(),
      "threads " + runtime.threads() + ", CUDA devices " + runtime.cudaDevices()
    };
  }
}
