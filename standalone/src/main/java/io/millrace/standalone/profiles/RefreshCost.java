package io.millrace.standalone.profiles;

/**
 * What one refresh costs.
 *
 * @param events of the user so far
 * @param newEvents of them, those since the refresh before
 * @param calls questions
 * @param promptTokens of them
 * @param completionTokens of their answers
 */
record RefreshCost(int events, int newEvents, int calls, int promptTokens, int completionTokens) {}
