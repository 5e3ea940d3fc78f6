package io.millrace.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.access.AccessPolicy;
import io.millrace.server.access.Role;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceException.Code;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class GuardedServiceTest {
  @RegisterExtension static final HttpTinyModels SERVED = new HttpTinyModels();

  /** The header is the role that the caller has. */
  private static final AccessPolicy BY_NAME =
      (needed, authorization) -> {
        if (authorization == null) {
          throw new InferenceException(Code.UNAUTHENTICATED, "who?");
        }
        if (needed == Role.ADMIN && !authorization.equals("admin")) {
          throw new InferenceException(Code.PERMISSION_DENIED, "not you");
        }
        return Role.valueOf(authorization.toUpperCase(Locale.ROOT));
      };

  private static int status(FakeExchange exchange) throws Exception {
    return exchange.from(new GuardedService(BY_NAME, SERVED.service())).status();
  }

  @Test
  void healthNeedsNoToken() throws Exception {
    assertThat(status(FakeExchange.get("/v2/health/live"))).isEqualTo(200);
    assertThat(status(FakeExchange.get("/v2/health/ready"))).isEqualTo(200);
  }

  @Test
  void everythingElseNeedsOne() throws Exception {
    for (String path : new String[] {"/v2", "/", "/v2/models/affine", "/v2/models/affine/ready"}) {
      assertThat(status(FakeExchange.get(path))).as(path).isEqualTo(401);
    }
    assertThat(status(FakeExchange.get("/v2/models/affine").with("authorization", "infer")))
        .isEqualTo(200);
    FakeExchange.Answer refusal =
        FakeExchange.get("/v2").from(new GuardedService(BY_NAME, SERVED.service()));
    assertThat(refusal.headers()).containsEntry("www-authenticate", "Bearer");
  }

  @Test
  void onlyAnAdministratorLoadsHoweverThePathIsSpelt() throws Exception {
    for (String path :
        new String[] {
          "/v2/repository/models/affine/load",
          "//v2//repository/models/affine/unload/",
          "/v2/%72epository/models/affine/load"
        }) {
      assertThat(status(FakeExchange.post(path, "").with("authorization", "infer")))
          .as(path)
          .isEqualTo(403);
      assertThat(status(FakeExchange.post(path, "").with("authorization", "admin")))
          .as(path)
          .isEqualTo(200);
    }
    assertThat(status(FakeExchange.post("/v2/repository/index", "").with("authorization", "infer")))
        .isEqualTo(200);
  }
}
