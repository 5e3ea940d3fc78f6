package io.millrace.server.llm.decoder;

import java.nio.FloatBuffer;

/**
 * Vectors that stand in a prompt where tokens would. Each has a number of its own among a prompt's
 * tokens, below zero, and no two soft prompts share numbers: what the cache holds of one is never
 * taken for another.
 */
public final class SoftPrompt {
  private final int first;
  private final float[] vectors;
  private final int width;

  /**
   * With vectors.
   *
   * @param first number of the first one, below zero; those of the others count down from it
   * @param vectors {@code [tokens, width]}; not copied
   * @param width of one
   */
  public SoftPrompt(int first, float[] vectors, int width) {
    this.first = first;
    this.vectors = vectors;
    this.width = width;
  }

  /** How many there are. */
  public int size() {
    return vectors.length / width;
  }

  /** A prompt's tokens with these before them. */
  public int[] before(int[] tokens) {
    int[] all = new int[size() + tokens.length];
    for (int i = 0; i < size(); i++) {
      all[i] = first - i;
    }
    System.arraycopy(tokens, 0, all, size(), tokens.length);
    return all;
  }

  /** Puts the vector with that number. */
  public void write(int number, FloatBuffer into) {
    into.put(vectors, (first - number) * width, width);
  }
}
