package io.millrace.flink.connectors;

import org.apache.flink.connector.base.DeliveryGuarantee;

/** What a consumer of an output topic can rely on after a failure of the job. */
public enum Delivery {
  /** Visible within milliseconds; after a failure some records come again, under the same ids. */
  AT_LEAST_ONCE(DeliveryGuarantee.AT_LEAST_ONCE),
  /** Kafka transactions: each record once, visible at the next checkpoint to read_committed. */
  EXACTLY_ONCE(DeliveryGuarantee.EXACTLY_ONCE);

  private final DeliveryGuarantee guarantee;

  Delivery(DeliveryGuarantee guarantee) {
    this.guarantee = guarantee;
  }

  DeliveryGuarantee guarantee() {
    return guarantee;
  }
}
