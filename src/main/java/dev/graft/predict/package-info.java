/**
 * Answers for images, inside a service: a {@link dev.graft.predict.Predictor} of a {@link
 * dev.graft.predict.PredictorConfig} takes an {@link dev.graft.predict.ImageSource} and gives a
 * {@link dev.graft.predict.Prediction} with its {@link dev.graft.predict.Timing}, or all {@link
 * dev.graft.predict.Outputs}, or ends with an {@link dev.graft.predict.OverloadedException} or
 * {@link dev.graft.predict.DeadlineExceededException}. A {@link
 * dev.graft.predict.PredictorListener} hears of each; Flight Recorder has an event {@code
 * dev.graft.Prediction}.
 */
@NullMarked
package dev.graft.predict;

import org.jspecify.annotations.NullMarked;
