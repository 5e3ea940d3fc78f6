package io.millrace.server.protocol;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.inference.ModelConfig;
import io.millrace.schemas.inference.ModelConfigRequest;
import io.millrace.schemas.inference.ModelConfigResponse;
import io.millrace.schemas.inference.ModelMetadataRequest;
import io.millrace.schemas.inference.ModelMetadataResponse;
import io.millrace.schemas.inference.ModelReadyRequest;
import io.millrace.schemas.inference.ModelReadyResponse;
import io.millrace.schemas.inference.ModelStatisticsRequest;
import io.millrace.schemas.inference.ModelStatisticsResponse;
import io.millrace.schemas.inference.ServerLiveResponse;
import io.millrace.schemas.inference.ServerMetadataResponse;
import io.millrace.schemas.inference.ServerReadyResponse;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceException.Code;
import io.millrace.server.inference.ModelCatalogue;
import io.millrace.server.inference.ServedModel;
import io.millrace.server.inference.ServerState;
import java.util.List;

/**
 * What the server says about itself and its models. Every call answers at once, or throws an {@link
 * InferenceException}.
 */
public final class ServerCalls {
  private static final String NAME = "millrace";
  private static final List<String> EXTENSIONS =
      List.of(
          "binary_tensor_data",
          "model_configuration",
          "model_repository",
          "parameters",
          "statistics");

  private final ModelCatalogue models;
  private final String version;

  /**
   * Over those models.
   *
   * @param version the server's own
   */
  public ServerCalls(ModelCatalogue models, String version) {
    this.models = models;
    this.version = version;
  }

  /** Always: who can ask gets an answer. */
  public ServerLiveResponse live() {
    return ServerLiveResponse.newBuilder().setLive(true).build();
  }

  /** Whether every model takes requests. */
  public ServerReadyResponse ready() {
    return ServerReadyResponse.newBuilder().setReady(models.ready()).build();
  }

  /** Name, version, extensions. */
  public ServerMetadataResponse metadata() {
    return ServerMetadataResponse.newBuilder()
        .setName(NAME)
        .setVersion(version)
        .addAllExtensions(EXTENSIONS)
        .build();
  }

  /** Whether a model takes requests; what is not there does not. */
  public ModelReadyResponse modelReady(ModelReadyRequest call) {
    boolean ready;
    try {
      ready = ready(call.getName(), call.getVersion());
    } catch (InferenceException e) {
      if (e.code() != Code.NOT_FOUND) {
        throw e;
      }
      ready = false;
    }
    return ModelReadyResponse.newBuilder().setReady(ready).build();
  }

  /**
   * Whether a model that exists, or may come to exist while the server starts, takes requests.
   *
   * @throws InferenceException NOT_FOUND, saying what there is
   */
  public boolean ready(String model, String version) {
    boolean ready = models.state() != ServerState.DRAINING;
    try {
      models.find(model, version);
    } catch (InferenceException e) {
      if (e.code() != Code.UNAVAILABLE) {
        throw e;
      }
      ready = false;
    }
    return ready;
  }

  /** A model's tensors and properties. */
  public ModelMetadataResponse modelMetadata(ModelMetadataRequest call) {
    return ResponseWriter.metadata(models.find(call.getName(), call.getVersion()).description());
  }

  /** A model's configuration. */
  public ModelConfigResponse modelConfig(ModelConfigRequest call) {
    byte[] configuration = models.configuration(call.getName(), call.getVersion());
    try {
      ModelConfig.Builder config = ModelConfig.parseFrom(configuration).toBuilder();
      return ModelConfigResponse.newBuilder().setConfig(config.setName(call.getName())).build();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the configuration of " + call.getName(), e);
    }
  }

  /**
   * Statistics of one model, or of all where no name is given.
   *
   * @throws InferenceException INVALID_ARGUMENT, as Triton has it, if there is no such model
   */
  public ModelStatisticsResponse statistics(ModelStatisticsRequest call) {
    List<ServedModel> asked;
    if (call.getName().isEmpty()) {
      ModelCatalogue.requireNumber("", call.getVersion());
      asked = models.models();
    } else {
      asked = List.of(counted(call));
    }
    ModelStatisticsResponse.Builder answer = ModelStatisticsResponse.newBuilder();
    for (ServedModel model : asked) {
      answer.addModelStats(StatisticsWriter.write(model.description(), model.statistics()));
    }
    return answer.build();
  }

  private ServedModel counted(ModelStatisticsRequest call) {
    try {
      return models.find(call.getName(), call.getVersion());
    } catch (InferenceException e) {
      if (e.code() != Code.NOT_FOUND) {
        throw e;
      }
      throw new InferenceException(Code.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
    }
  }
}
