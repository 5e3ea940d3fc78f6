package io.millrace.server.protocol;

import static io.millrace.server.inference.InferenceException.invalid;

import com.google.protobuf.ByteString;
import io.millrace.schemas.inference.InferTensorContents;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferRequest.InferInputTensor;
import io.millrace.server.inference.DataType;
import io.millrace.server.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the tensors of a request, from raw or typed contents, and refuses whatever is not a tensor:
 * after this, type, shape and content agree.
 */
final class TensorReader {
  private static final int LENGTH_BYTES = 4;

  private final RequestLimits limits;

  TensorReader(RequestLimits limits) {
    this.limits = limits;
  }

  /**
   * Every input, raw contents without a copy.
   *
   * @throws io.millrace.server.inference.InferenceException naming model, tensor, expected, given
   */
  List<Tensor> read(ModelInferRequest request) {
    int raw = request.getRawInputContentsCount();
    int count = request.getInputsCount();
    if (count > RequestLimits.MOST_TENSORS) {
      throw invalid(
          "model '%s': %d inputs are given; %d are the most",
          request.getModelName(), count, RequestLimits.MOST_TENSORS);
    }
    if (raw != 0 && raw != count) {
      throw invalid(
          "model '%s': %d raw_input_contents for %d inputs; send one for each, or none",
          request.getModelName(), raw, count);
    }
    List<Tensor> tensors = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Source source = new Source(request.getModelName(), request.getInputs(i), limits);
      source.requireName(tensors);
      tensors.add(raw == 0 ? source.typed() : source.raw(request.getRawInputContents(i)));
    }
    return tensors;
  }

  /** One input on the wire. */
  private record Source(String model, InferInputTensor input, RequestLimits limits) {
    void requireName(List<Tensor> before) {
      if (input.getName().length() > RequestLimits.LONGEST_NAME) {
        throw invalid(
            "model '%s': an input's name has %d characters; %d are the most",
            model, input.getName().length(), RequestLimits.LONGEST_NAME);
      }
      for (Tensor tensor : before) {
        if (tensor.name().equals(input.getName())) {
          throw invalid("model '%s': input '%s' is given twice", model, input.getName());
        }
      }
    }

    Tensor raw(ByteString content) {
      if (input.hasContents()) {
        throw invalid(
            "model '%s': input '%s' has both contents and raw_input_contents; send one of them",
            model, input.getName());
      }
      DataType type = type();
      long[] shape = shape();
      int elements = elements(shape);
      // Sliced: what lies inside a larger array would begin at its place there, not at 0.
      ByteBuffer data = content.asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
      if (type == DataType.BYTES) {
        requireStrings(data, elements);
      } else if (data.remaining() != elements * type.bytes()) {
        throw invalid(
            "model '%s': input '%s' expects %d bytes for %s %s, given %d",
            model,
            input.getName(),
            elements * type.bytes(),
            type,
            input.getShapeList(),
            data.remaining());
      }
      return checked(new Tensor(input.getName(), type, shape, data));
    }

    Tensor typed() {
      DataType type = type();
      long[] shape = shape();
      int elements = elements(shape);
      ByteBuffer data = TypedContents.toWire(contents(type, elements), type);
      if (type == DataType.BYTES) {
        requireStrings(data, elements);
      }
      return checked(new Tensor(input.getName(), type, shape, data));
    }

    private InferTensorContents contents(DataType type, int elements) {
      InferTensorContents contents = input.getContents();
      int given = TypedContents.count(contents, type);
      if (given < 0) {
        throw invalid(
            "model '%s': input '%s' is %s, which has no typed contents; use raw_input_contents",
            model, input.getName(), type);
      }
      if (given != elements || TypedContents.total(contents) != given) {
        throw invalid(
            "model '%s': input '%s' expects %d elements in the contents of %s, given %d there and"
                + " %d in all",
            model, input.getName(), elements, type, given, TypedContents.total(contents));
      }
      return contents;
    }

    private DataType type() {
      return DataType.named(input.getDatatype())
          .orElseThrow(
              () ->
                  invalid(
                      "model '%s': input '%s' has unknown datatype '%s'",
                      model, input.getName(), input.getDatatype()));
    }

    private long[] shape() {
      if (input.getShapeCount() > RequestLimits.MOST_DIMENSIONS) {
        throw invalid(
            "model '%s': input '%s' has %d dimensions; %d are the most",
            model, input.getName(), input.getShapeCount(), RequestLimits.MOST_DIMENSIONS);
      }
      long[] shape = new long[input.getShapeCount()];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = input.getShape(i);
        if (shape[i] < 0) {
          throw invalid(
              "model '%s': input '%s' has shape %s; dimensions must be at least 0",
              model, input.getName(), input.getShapeList());
        }
      }
      return shape;
    }

    private int elements(long[] shape) {
      try {
        long elements = 1;
        long largest = 0;
        for (long dim : shape) {
          elements = Math.multiplyExact(elements, dim);
          largest = Math.max(largest, dim);
        }
        // A dimension counts beside one of 0, too: what is computed may still be as large.
        if (Math.max(elements, largest) <= limits.tensorElements()) {
          return (int) elements;
        }
      } catch (ArithmeticException e) {
        // More than there are numbers for is above the limit, too.
      }
      throw invalid(
          "model '%s': input '%s' has shape %s, which is above the limit of %d elements; send less"
              + " at a time, or raise --max-tensor-elements",
          model, input.getName(), input.getShapeList(), limits.tensorElements());
    }

    private void requireStrings(ByteBuffer data, int elements) {
      int at = 0;
      int found = 0;
      while (data.limit() - at >= LENGTH_BYTES) {
        int length = data.getInt(at);
        if (length < 0 || length > data.limit() - at - LENGTH_BYTES) {
          throw invalid(
              "model '%s': input '%s' element %d has a length of %d bytes, %d are left",
              model,
              input.getName(),
              found,
              Integer.toUnsignedLong(length),
              data.limit() - at - LENGTH_BYTES);
        }
        if (length > limits.stringBytes()) {
          throw invalid(
              "model '%s': input '%s' element %d has %d bytes, which is above the limit of %d; send"
                  + " a shorter one, or raise --max-string-bytes",
              model, input.getName(), found, length, limits.stringBytes());
        }
        at += LENGTH_BYTES + length;
        found++;
      }
      if (found != elements || at != data.limit()) {
        throw invalid(
            "model '%s': input '%s' expects %d BYTES elements, given %d and %d bytes left over",
            model, input.getName(), elements, found, data.limit() - at);
      }
    }

    private Tensor checked(Tensor tensor) {
      if (tensor.type() == DataType.BOOL) {
        ByteBuffer data = tensor.data();
        for (int i = 0; i < data.limit(); i++) {
          if (data.get(i) != 0 && data.get(i) != 1) {
            throw invalid(
                "model '%s': input '%s' element %d is %d; BOOL is 0 or 1",
                model, input.getName(), i, data.get(i));
          }
        }
      }
      return tensor;
    }
  }
}
