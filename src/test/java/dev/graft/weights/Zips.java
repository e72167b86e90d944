package dev.graft.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Zips of uncompressed entries, as torch.save writes them. */
final class Zips {
  private Zips() {}

  static byte[] of(Map<String, byte[]> entries) throws IOException {
    var out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> e : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(e.getKey());
        CRC32 crc = new CRC32();
        crc.update(e.getValue());
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(e.getValue().length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(e.getValue());
      }
    }
    return out.toByteArray();
  }

  /** The content of the entry whose path ends in a name. */
  static byte[] read(Path file, String name) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry =
          zip.stream().filter(e -> e.getName().endsWith("/" + name)).findFirst().orElseThrow();
      return zip.getInputStream(entry).readAllBytes();
    }
  }

  /** The zip with one entry's content replaced. */
  static byte[] replace(Path file, String name, byte[] content) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
        byte[] old = zip.getInputStream(entry).readAllBytes();
        entries.put(entry.getName(), entry.getName().endsWith("/" + name) ? content : old);
      }
    }
    return of(entries);
  }
}
