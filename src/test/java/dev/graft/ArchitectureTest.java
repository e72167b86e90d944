package dev.graft;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.graft.predict.PredictorMetrics;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds the table of packages in ARCHITECTURE.md. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.graft");

  @ParameterizedTest
  @CsvSource({
    "torch, ''",
    "image, ''",
    "weights, torch",
    "data, torch image",
    "model, torch image weights",
    "train, torch image weights data model",
    "distributed, torch train",
    "predict, torch image weights model",
    "explain, torch image model",
    "serve, torch image weights model predict explain",
    "spark, torch image weights model predict",
    "console, torch data train",
    "tensorboard, torch train",
    "report, torch image weights data model train explain",
    "formula, torch image data model train",
  })
  void importsOnlyWhatTheTableAllows(String name, String allowed) {
    String[] packages =
        Stream.concat(Stream.of(name), Stream.of(allowed.split(" ")).filter(p -> !p.isEmpty()))
            .map(p -> "dev.graft." + p)
            .toArray(String[]::new);
    classes()
        .that()
        .resideInAPackage("dev.graft." + name)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(packages)
                .or(resideInAnyPackage("dev.graft..").negate().as("elsewhere")))
        .check(CLASSES);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("dev.graft.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void rawPytorchTypesStayInTorch() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.graft.torch")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.bytedeco.pytorch..", "org.bytedeco.openblas..")
        .check(CLASSES);
  }

  @Test
  void rawOpencvTypesStayInImage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.graft.image")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco.opencv..")
        .check(CLASSES);
  }

  @Test
  void picocliStaysInTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.graft.cli")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(CLASSES);
  }

  @Test
  void nothingElseNeedsMicrometer() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.graft.serve")
        .and()
        .haveNameNotMatching("dev\\.graft\\.predict\\.PredictorMetrics(\\$.*)?")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.micrometer..").or(assignableTo(PredictorMetrics.class)))
        .check(CLASSES);
  }

  @Test
  void sparkStaysInItsPackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.graft.spark")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "scala..")
        .check(CLASSES);
  }

  @Test
  void theHttpServerStaysInServe() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.graft.serve")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..")
        .check(CLASSES);
  }
}
