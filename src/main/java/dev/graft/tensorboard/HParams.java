package dev.graft.tensorboard;

import com.google.protobuf.ByteString;
import dev.graft.train.TrainingResult.Outcome;
import java.util.Map;

/**
 * What TensorBoard's HPARAMS tab knows of a run: its settings, and how it ended. The tab's list of
 * all settings and metrics is left to TensorBoard, which makes it of all runs under its folder; a
 * run that gave one ({@code _hparams_/experiment}) would hide what only other runs have.
 *
 * @param settings by name: numbers, booleans and what else is shown as text
 * @see <a href="https://github.com/tensorflow/tensorboard/tree/master/tensorboard/plugins/hparams">
 *     the messages in plugin_data.proto, which give the fields' numbers, and backend_context.py</a>
 */
record HParams(Map<String, Object> settings) {
  private static final int SESSION_START_INFO = 3;
  private static final int SESSION_END_INFO = 4;
  private static final int SUCCESS = 1;
  private static final int FAILURE = 2;

  ByteString sessionStart(double wallTime) {
    var start = new ProtoMessage();
    settings.forEach(
        (name, value) ->
            start.message(1, new ProtoMessage().text(1, name).message(2, value(value))));
    return event(wallTime, "session_start_info", SESSION_START_INFO, start.real(5, wallTime));
  }

  /** A protobuf.Value. */
  private static ProtoMessage value(Object value) {
    if (value instanceof Number number) {
      return new ProtoMessage().real(2, number.doubleValue());
    }
    return value instanceof Boolean flag
        ? new ProtoMessage().bool(4, flag)
        : new ProtoMessage().text(3, value.toString());
  }

  ByteString sessionEnd(double wallTime, Outcome outcome) {
    int status = outcome.isFinal() ? SUCCESS : FAILURE;
    var end = new ProtoMessage().integer(1, status).real(2, wallTime);
    return event(wallTime, "session_end_info", SESSION_END_INFO, end);
  }

  private static ByteString event(double wallTime, String what, int field, ProtoMessage message) {
    return TensorBoardSummary.pluginData(
        wallTime, "_hparams_/" + what, "hparams", new ProtoMessage().message(field, message));
  }
}
