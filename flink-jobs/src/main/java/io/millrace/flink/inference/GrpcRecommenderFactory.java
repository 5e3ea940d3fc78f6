package io.millrace.flink.inference;

/** Makes one client, with its own connections, for each operator instance. */
public final class GrpcRecommenderFactory implements RecommenderFactory {
  private static final long serialVersionUID = 1L;

  private final GrpcSettings settings;

  /** For the servers that the settings name. */
  public GrpcRecommenderFactory(GrpcSettings settings) {
    this.settings = settings;
  }

  @Override
  public Recommender create() {
    return new GrpcRecommender(settings);
  }
}
