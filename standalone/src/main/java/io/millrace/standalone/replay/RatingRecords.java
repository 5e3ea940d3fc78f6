package io.millrace.standalone.replay;

import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.schemas.avro.Item;
import io.millrace.schemas.avro.RecommendationRequest;
import io.millrace.standalone.data.CatalogueItem;
import io.millrace.standalone.data.Rating;
import io.millrace.standalone.replay.ReplayPlan.StartRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The data set in the words of the wire. */
final class RatingRecords {
  /** Where the list of a start request would be shown. */
  static final String START_SURFACE = "demo-start";

  private RatingRecords() {}

  static Interaction interaction(Rating rating) {
    return Interaction.newBuilder()
        .setEventId(rating.eventId())
        .setUserId(rating.user())
        .setItemId(rating.item())
        .setType(InteractionType.RATE)
        .setValue(rating.stars())
        .setEventTime(Instant.ofEpochSecond(rating.epochSecond()))
        .build();
  }

  static RecommendationRequest request(StartRequest request, Instant now, Duration deadline) {
    return RecommendationRequest.newBuilder()
        .setRequestId(request.id())
        .setUserId(request.user())
        .setSurface(START_SURFACE)
        .setAfterEventId(request.afterEventId())
        .setDeadlineMillis((int) deadline.toMillis())
        .setRequestTime(now)
        .build();
  }

  static Item item(CatalogueItem item, Instant now) {
    Map<String, List<String>> attributes = new LinkedHashMap<>();
    if (!item.genres().isEmpty()) {
      attributes.put("genre", item.genres());
    }
    if (!item.year().isEmpty()) {
      attributes.put("year", List.of(item.year()));
    }
    return Item.newBuilder()
        .setItemId(item.id())
        .setTitle(item.label())
        .setAttributes(attributes)
        .setUpdatedAt(now)
        .build();
  }
}
