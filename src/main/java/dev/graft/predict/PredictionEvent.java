package dev.graft.predict;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** An image was answered: where the time went, for JDK Flight Recorder. */
@Name("dev.graft.Prediction")
@Label("Prediction")
@Category("graft")
@Description("An image was classified by a graft predictor")
@StackTrace(false)
final class PredictionEvent extends Event {
  @Label("Queue Wait")
  @Timespan
  long queue;

  @Label("Decode")
  @Timespan
  long decode;

  @Label("Forward")
  @Timespan
  long forward;

  @Label("Batch")
  int batch;

  @Label("Model Version")
  String version = "";

  static void emit(Timing timing, String version) {
    var event = new PredictionEvent();
    if (event.isEnabled()) {
      event.queue = timing.queueNanos();
      event.decode = timing.decodeNanos();
      event.forward = timing.forwardNanos();
      event.batch = timing.batch();
      event.version = version;
      event.commit();
    }
  }
}
