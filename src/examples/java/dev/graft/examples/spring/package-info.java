/** A Spring Boot service around graft. */
@NullMarked
package dev.graft.examples.spring;

import org.jspecify.annotations.NullMarked;
