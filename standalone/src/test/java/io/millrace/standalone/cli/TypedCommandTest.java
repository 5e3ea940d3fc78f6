package io.millrace.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TypedCommandTest {
  private static final Path CACHE = Path.of("/home/ada/.cache/millrace");

  @Test
  void leavesOutWhatTheLauncherAdds() {
    assertThat(
            typed(
                "demo",
                "--speed",
                "max",
                "--exit",
                "--data",
                CACHE + "/data/ml-100k",
                "--models=" + CACHE + "/models-1",
                "--trainer-python",
                CACHE + "/venv-1/bin/python"))
        .isEqualTo("demo --speed max --exit");
  }

  @Test
  void keepsFoldersThatSomebodyNamed() {
    assertThat(typed("demo", "--models", "mine", "--data=films", "--exit"))
        .isEqualTo("demo --models mine --data=films --exit");
  }

  private static String typed(String... words) {
    return TypedCommand.of("demo", List.of(words), CACHE);
  }
}
