/**
 * HTTP around {@link dev.graft.predict.Predictor}s: a {@link dev.graft.serve.ModelServer} of a
 * {@link dev.graft.serve.ServerConfig} answers for {@link dev.graft.serve.ServedModel}s, by a plain
 * {@code POST /predict}, by the Open Inference Protocol, and with a page to try a model on. {@code
 * /openapi.json} describes all of it. It stands on Javalin, an optional dependency.
 */
@NullMarked
package dev.graft.serve;

import org.jspecify.annotations.NullMarked;
