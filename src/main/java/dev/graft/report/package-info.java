/** What a run shows: console lines, progress and JSON lines. */
@NullMarked
package dev.graft.report;

import org.jspecify.annotations.NullMarked;
