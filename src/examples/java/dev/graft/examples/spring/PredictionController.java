package dev.graft.examples.spring;

import dev.graft.image.ImageException;
import dev.graft.predict.DeadlineExceededException;
import dev.graft.predict.ImageSource;
import dev.graft.predict.OverloadedException;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** {@code POST /predict}: an image in, its classes out. */
@RestController
class PredictionController {
  private static final int MAX_BODY = 8 << 20;

  private final Predictor predictor;

  PredictionController(Predictor predictor) {
    this.predictor = predictor;
  }

  @PostMapping("/predict")
  CompletableFuture<Prediction> predict(InputStream body) throws IOException {
    byte[] image = body.readNBytes(MAX_BODY + 1);
    if (image.length > MAX_BODY) {
      throw new ResponseStatusException(HttpStatus.PAYLOAD_TOO_LARGE);
    }
    return predictor.predictAsync(ImageSource.of(image, "the image"));
  }

  @ExceptionHandler
  ProblemDetail bad(ImageException e) {
    return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, e.getMessage());
  }

  @ExceptionHandler({OverloadedException.class, DeadlineExceededException.class})
  ResponseEntity<ProblemDetail> busy(RuntimeException e) {
    return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
        .header("Retry-After", "1")
        .body(ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, e.getMessage()));
  }
}
