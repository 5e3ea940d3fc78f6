package io.millrace.server.api;

import io.grpc.Codec;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/** The encoding {@code deflate}, in zlib's format as HTTP has it; gRPC for Java lacks it. */
final class Deflate implements Codec {
  static final String NAME = "deflate";

  @Override
  public String getMessageEncoding() {
    return NAME;
  }

  @Override
  public OutputStream compress(OutputStream target) {
    return new DeflaterOutputStream(target);
  }

  @Override
  public InputStream decompress(InputStream source) {
    return new InflaterInputStream(source);
  }
}
