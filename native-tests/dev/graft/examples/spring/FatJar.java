package dev.graft.examples.spring;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.springframework.boot.loader.tools.Library;
import org.springframework.boot.loader.tools.LibraryScope;
import org.springframework.boot.loader.tools.Repackager;

/** Packs the Spring Boot example as Spring Boot's build plugins do: jars within one jar. */
final class FatJar {
  /**
   * How the jars begin that such an application has; no others are packed, so that nothing depends
   * on graft's optional ones, such as micrometer-core, by accident.
   */
  private static final List<String> LIBRARIES =
      List.of(
          "jackson-",
          "jakarta.annotation-",
          "javacpp-",
          "jspecify-",
          "micrometer-commons-",
          "micrometer-observation-",
          "openblas-",
          "opencv-",
          "pytorch-",
          "snakeyaml-",
          "spring-",
          "tomcat-");

  private FatJar() {}

  /** Writes {@code application.jar} and what it is made of into a folder. */
  static Path pack(Path folder) throws IOException {
    Path application =
        jar(
            folder.resolve("classes.jar"),
            classes(Application.class),
            Path.of("dev/graft/examples/spring"));
    Path graft =
        jar(
            folder.resolve("graft.jar"),
            classes(dev.graft.predict.Predictor.class),
            Path.of("dev/graft"));
    Path packed = folder.resolve("application.jar");
    var repackager = new Repackager(application.toFile());
    repackager.setMainClass(Application.class.getName());
    repackager.repackage(
        packed.toFile(),
        libraries -> {
          for (Path library : Stream.concat(Stream.of(graft), dependencies()).toList()) {
            libraries.library(new Library(library.toFile(), LibraryScope.RUNTIME));
          }
        });
    return packed;
  }

  private static Path classes(Class<?> one) {
    return Path.of(one.getProtectionDomain().getCodeSource().getLocation().getPath());
  }

  private static Stream<Path> dependencies() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(
            path -> {
              String name = path.getFileName().toString();
              return LIBRARIES.stream().anyMatch(name::startsWith)
                  && !name.startsWith("spring-boot-loader-tools");
            });
  }

  private static Path jar(Path file, Path classes, Path part) throws IOException {
    try (var out = new JarOutputStream(Files.newOutputStream(file));
        Stream<Path> all = Files.walk(classes.resolve(part))) {
      all.filter(Files::isRegularFile)
          .sorted()
          .forEach(
              path -> {
                try {
                  out.putNextEntry(new JarEntry(classes.relativize(path).toString()));
                  Files.copy(path, out);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
    return file;
  }
}
