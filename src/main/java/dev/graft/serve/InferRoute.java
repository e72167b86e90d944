package dev.graft.serve;

import dev.graft.predict.ImageSource;
import dev.graft.predict.Outputs;
import io.javalin.http.Context;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code POST /v2/models/NAME/infer} of the Open Inference Protocol. */
final class InferRoute implements Intake.Service {
  private final Models models;

  InferRoute(Models models) {
    this.models = models;
  }

  @Override
  public CompletableFuture<Reply> answer(Context context, byte[] body) {
    ServedModel model = OipRoutes.model(models, context);
    int jsonLength = jsonLength(context.header(InferOutputs.HEADER), body.length);
    InferRequest request = InferRequest.parse(body, jsonLength);
    var card = model.predictor().card();
    InferOutputs.check(request, card.classes().size());
    int maxBatch = model.predictor().config().queueCapacity();
    List<ImageSource> images =
        new InferInputs(body, jsonLength, card.preprocessing(), maxBatch).images(request);
    return outputs(model, images)
        .thenApply(batch -> new InferOutputs(request, batch).reply(model.name()));
  }

  @Override
  public void requireRoom(Context context) {
    OipRoutes.model(models, context).predictor().requireRoom();
  }

  private static int jsonLength(@Nullable String header, int bodyLength) {
    if (header == null) {
      return bodyLength;
    }
    if (!header.matches("[0-9]{1,9}") || Integer.parseInt(header) > bodyLength) {
      throw new Problem(
          Problem.BAD_REQUEST,
          InferOutputs.HEADER + " must be the length of the JSON that the body begins with.");
    }
    return Integer.parseInt(header);
  }

  /** All answers of one model: where it was replaced in between, the new one is asked for all. */
  private static CompletableFuture<List<Outputs>> outputs(
      ServedModel model, List<ImageSource> images) {
    List<CompletableFuture<Outputs>> pending = model.predictor().outputsAsync(images);
    return CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new))
        .thenCompose(
            done -> {
              List<Outputs> batch = pending.stream().map(CompletableFuture::join).toList();
              boolean one = batch.stream().map(Outputs::version).distinct().count() == 1;
              return one ? CompletableFuture.completedFuture(batch) : outputs(model, images);
            });
  }
}
