/**
 * A generator of HTTP requests that takes little of the processors which it shares with the server:
 * one thread, connections that stay open, requests that were put together before.
 */
@NullMarked
package dev.graft.bench.http;

import org.jspecify.annotations.NullMarked;
