package dev.graft.data;

import java.nio.file.Path;

/**
 * A file of a data set that holds no image that can be decoded.
 *
 * @param path the file
 * @param reason why, without the file's name
 */
public record UnreadableFile(Path path, String reason) {}
