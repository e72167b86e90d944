package dev.graft.serve;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartConfig;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Attributes;
import org.eclipse.jetty.util.BufferUtil;

/** The file in a form, as {@code curl -F file=@ant.jpg} sends it. Nothing is written to a disk. */
final class FormFile {
  private static final int MOST_PARTS = 32;

  /** The body's own limit is enough for its parts. */
  private static final MultiPartConfig LIMITS =
      new MultiPartConfig.Builder()
          .maxParts(MOST_PARTS)
          .maxSize(-1)
          .maxPartSize(-1)
          .maxMemoryPartSize(-1)
          .build();

  private FormFile() {}

  /**
   * Finds the only file of a form.
   *
   * @param contentType the request's, which names what the parts are divided by
   */
  static byte[] of(String contentType, byte[] form) {
    var source = Content.Source.from(ByteBuffer.wrap(form));
    try (var parts =
        MultiPartFormData.getParts(source, new Attributes.Mapped(), contentType, LIMITS)) {
      return only(parts);
    } catch (IOException | RuntimeException e) {
      if (e instanceof Problem problem) {
        throw problem;
      }
      throw new Problem(
          Problem.BAD_REQUEST,
          "The form cannot be read: it must be whole, and have at most %d parts."
              .formatted(MOST_PARTS));
    }
  }

  private static byte[] only(MultiPartFormData.Parts parts) throws IOException {
    List<MultiPart.Part> files = new ArrayList<>();
    for (MultiPart.Part part : parts) {
      if (part.getFileName() != null) {
        files.add(part);
      }
    }
    if (files.size() != 1) {
      throw new Problem(
          Problem.BAD_REQUEST,
          "The form has %d files; send one a request.".formatted(files.size()));
    }
    return BufferUtil.toArray(Content.Source.asByteBuffer(files.get(0).getContentSource()));
  }
}
