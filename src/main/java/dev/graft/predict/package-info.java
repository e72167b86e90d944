/**
 * Answers for single images: {@link dev.graft.predict.Predictor} and {@link
 * dev.graft.predict.Prediction}.
 */
@NullMarked
package dev.graft.predict;

import org.jspecify.annotations.NullMarked;
