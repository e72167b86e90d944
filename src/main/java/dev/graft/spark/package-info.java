/**
 * Scoring and feature extraction on Apache Spark: {@link dev.graft.spark.GraftModel}, a Spark ML
 * {@code Transformer} with the parameters of {@link dev.graft.spark.GraftParams}, answers images in
 * a column of a DataFrame; {@link dev.graft.spark.ScoreImages} is a job for {@code spark-submit}
 * that writes a folder's answers as Parquet. Spark itself comes from the cluster: 4.0 or newer, of
 * Scala 2.13.
 */
@NullMarked
package dev.graft.spark;

import org.jspecify.annotations.NullMarked;
