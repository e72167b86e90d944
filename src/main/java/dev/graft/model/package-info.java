/** A classifier is a backbone, a head, class names and preprocessing, kept in one artefact. */
@NullMarked
package dev.graft.model;

import org.jspecify.annotations.NullMarked;
