package io.millrace.server.llm.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.millrace.server.llm.constraint.Grammar.Reference;
import io.millrace.server.llm.constraint.Grammar.Symbol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a JSON schema describes, as rules. Supported: types, properties (in the order given),
 * required, items with minItems and maxItems, minLength and maxLength, enum, const, anyOf, and
 * references within the schema. Properties that are not named never come.
 */
final class SchemaGrammar {
  private static final Set<String> ANNOTATIONS =
      Set.of(
          "title",
          "description",
          "default",
          "examples",
          "$schema",
          "$id",
          "$comment",
          "$defs",
          "definitions",
          "additionalProperties");
  private static final Set<String> KEYWORDS =
      Set.of(
          "type",
          "properties",
          "required",
          "items",
          "minItems",
          "maxItems",
          "minLength",
          "maxLength",
          "enum",
          "const",
          "anyOf",
          "$ref");
  private static final int MOST_LENGTH = 4_096;

  private final Grammar grammar;
  private final JsonGrammar json;
  private final JsonNode document;
  private final Map<String, Reference> referred = new HashMap<>();

  SchemaGrammar(Grammar grammar, JsonNode document) {
    this.grammar = grammar;
    this.json = new JsonGrammar(grammar);
    this.document = document;
  }

  Symbol root() {
    return reference("#");
  }

  private Symbol reference(String pointer) {
    Reference known = referred.get(pointer);
    if (known != null) {
      return known;
    }
    JsonNode target =
        pointer.equals("#")
            ? document
            : pointer.startsWith("#/") ? document.at(pointer.substring(1)) : document.at("/-");
    if (target.isMissingNode()) {
      throw new IllegalArgumentException("$ref " + pointer + " is not in the schema");
    }
    Reference rule = grammar.rule();
    referred.put(pointer, rule);
    grammar.alternative(rule, schema(target, pointer));
    return rule;
  }

  private Symbol schema(JsonNode schema, String at) {
    if (!schema.isObject()) {
      throw new IllegalArgumentException(at + " is " + schema + "; it has to be an object");
    }
    for (Map.Entry<String, JsonNode> entry : schema.properties()) {
      if (!KEYWORDS.contains(entry.getKey()) && !ANNOTATIONS.contains(entry.getKey())) {
        throw new IllegalArgumentException(
            at + " has '" + entry.getKey() + "', which is not supported; leave it out");
      }
    }
    if (schema.has("$ref")) {
      return reference(schema.get("$ref").asText());
    }
    if (schema.has("const")) {
      return LiteralChoice.of(grammar, List.of(schema.get("const").toString()));
    }
    if (schema.has("enum")) {
      List<String> values = new ArrayList<>();
      schema.get("enum").forEach(value -> values.add(value.toString()));
      return LiteralChoice.of(grammar, values);
    }
    Reference rule = grammar.rule();
    if (schema.has("anyOf")) {
      int number = 0;
      for (JsonNode option : schema.get("anyOf")) {
        grammar.alternative(rule, schema(option, at + "/anyOf/" + number++));
      }
      return rule;
    }
    JsonNode type = schema.path("type");
    if (type.isArray()) {
      type.forEach(one -> grammar.alternative(rule, typed(one.asText(), schema, at)));
    } else {
      grammar.alternative(rule, typed(type.asText(""), schema, at));
    }
    return rule;
  }

  private Symbol typed(String type, JsonNode schema, String at) {
    return switch (type) {
      case "object" -> schema.has("properties") ? object(schema, at) : json.anyObject();
      case "array" -> array(schema, at);
      case "string" ->
          json.string(bound(schema, "minLength", 0, at), bound(schema, "maxLength", -1, at));
      case "integer" -> json.integerNumber();
      case "number" -> json.anyNumber();
      case "boolean" -> LiteralChoice.of(grammar, List.of("true", "false"));
      case "null" -> LiteralChoice.of(grammar, List.of("null"));
      case "" -> schema.has("properties") ? object(schema, at) : json.anyValue();
      default -> throw new IllegalArgumentException(at + " has the unknown type '" + type + "'");
    };
  }

  private Symbol array(JsonNode schema, String at) {
    Symbol entry =
        schema.has("items") ? schema(schema.get("items"), at + "/items") : json.anyValue();
    int least = bound(schema, "minItems", 0, at);
    int most = bound(schema, "maxItems", -1, at);
    Reference rule = grammar.rule();
    grammar.alternative(rule, json.list("[", entry, least, most, "]"));
    return rule;
  }

  private int bound(JsonNode schema, String keyword, int otherwise, String at) {
    JsonNode value = schema.path(keyword);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isInt() || value.intValue() < 0 || value.intValue() > MOST_LENGTH) {
      throw new IllegalArgumentException(
          at + " has " + keyword + " " + value + "; it goes from 0 to " + MOST_LENGTH);
    }
    return value.intValue();
  }

  /**
   * Properties in order; each may be the first that is written, if those before it may be absent.
   */
  private Symbol object(JsonNode schema, String at) {
    Set<String> required = new HashSet<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    List<Map.Entry<String, JsonNode>> properties =
        new ArrayList<>(schema.get("properties").properties());
    Reference first = grammar.rule();
    grammar.alternative(first);
    Reference further = first;
    for (int i = properties.size() - 1; i >= 0; i--) {
      String name = properties.get(i).getKey();
      Symbol value = schema(properties.get(i).getValue(), at + "/properties/" + name);
      List<Symbol> pair = new ArrayList<>(Grammar.literal(TextNode.valueOf(name) + ":"));
      pair.add(json.space());
      pair.add(value);
      Reference nextFirst = grammar.rule();
      Reference nextFurther = grammar.rule();
      grammar.alternative(nextFirst, joined(List.of(), pair, further));
      grammar.alternative(
          nextFurther, joined(List.of(JsonGrammar.one(","), json.space()), pair, further));
      if (!required.contains(name)) {
        grammar.alternative(nextFirst, first);
        grammar.alternative(nextFurther, further);
      }
      first = nextFirst;
      further = nextFurther;
    }
    Reference rule = grammar.rule();
    grammar.alternative(rule, JsonGrammar.one("{"), first, JsonGrammar.one("}"));
    return rule;
  }

  private static List<Symbol> joined(
      List<? extends Symbol> before, List<Symbol> pair, Symbol after) {
    List<Symbol> all = new ArrayList<>(before);
    all.addAll(pair);
    all.add(after);
    return all;
  }
}
