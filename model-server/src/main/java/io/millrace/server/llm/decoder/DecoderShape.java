package io.millrace.server.llm.decoder;

/**
 * Sizes of a decoder and its cache.
 *
 * @param layers how many
 * @param width of a token's embedding
 * @param keyValueHeads heads of keys and values in each layer
 * @param headSize width of one head
 * @param vocabulary number of tokens
 * @param slots texts whose keys and values the cache holds
 * @param length most tokens of one text
 */
public record DecoderShape(
    int layers, int width, int keyValueHeads, int headSize, int vocabulary, int slots, int length) {

  /** Bytes of the whole cache, as FP32. */
  public long cacheBytes() {
    return 2L * layers * slots * slotBytes();
  }

  /** Bytes of one slot's keys, or its values, in one layer. */
  public long slotBytes() {
    return (long) keyValueHeads * length * headSize * Float.BYTES;
  }
}
