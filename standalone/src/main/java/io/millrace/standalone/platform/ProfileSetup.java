package io.millrace.standalone.platform;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What changes when profiles are written: the started model server also runs a text encoder and,
 * unless another was chosen, the language model.
 *
 * @param languageModel who writes them
 * @param modelServerHttp port of the started model server; 0 when none is started
 */
record ProfileSetup(LanguageModelChoice languageModel, int modelServerHttp) {

  /** The repository to serve: the models, with the text encoder beside them. */
  Path repository(Path models, Installation installation, WorkFolder work) {
    return ServedModels.withTextEncoder(models, installation.textEncoder(), work.folder("models"));
  }

  /** Arguments of the model server over those that it has anyway. */
  List<String> modelServerArguments(List<String> given) {
    List<String> arguments = new ArrayList<>(given);
    if (languageModel instanceof LanguageModelChoice.Embedded embedded) {
      arguments.addAll(
          List.of(
              "--language-model",
              embedded.folder().toString(),
              "--language-model-slots",
              "2",
              // It waits while lists are made, and a replay makes many.
              "--language-model-timeout",
              "600s"));
    }
    return arguments;
  }

  /** Options of the profile job; what the user sets wins. */
  Map<String, String> jobOptions(Map<String, String> given) {
    Map<String, String> options = new LinkedHashMap<>();
    if (modelServerHttp != 0) {
      String ours = "http://127.0.0.1:" + modelServerHttp + "/v1";
      options.put("millrace.text-encoder.url", ours);
      options.put("millrace.text-encoder.model", ServedModels.TEXT_ENCODER);
      options.put("millrace.language-model.url", ours);
      options.put("millrace.language-model.model", LanguageModelChoice.Embedded.MODEL);
      options.put("millrace.language-model.concurrency", "2");
      options.put("millrace.language-model.timeout", "10 min");
    }
    if (languageModel instanceof LanguageModelChoice.Endpoint endpoint) {
      options.put("millrace.language-model.url", endpoint.url().toString());
      options.put("millrace.language-model.model", endpoint.model());
      options.remove("millrace.language-model.concurrency");
      options.remove("millrace.language-model.timeout");
    }
    options.putAll(given);
    return options;
  }
}
