package dev.graft.examples.spring;

import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorConfig;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Answers {@code curl --data-binary @bee.jpg localhost:8080/predict}. */
@SpringBootApplication
public class Application {
  public static void main(String[] args) {
    SpringApplication.run(Application.class, args);
  }

  /** Loaded before the first request is taken, closed after the last was answered. */
  @Bean
  Predictor predictor(@Value("${graft.model}") Path model) {
    return Predictor.load(model, PredictorConfig.defaults().withLimits(256, Duration.ofSeconds(5)));
  }
}
