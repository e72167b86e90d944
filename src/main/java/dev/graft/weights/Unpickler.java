package dev.graft.weights;

import dev.graft.weights.FileKind.Cures;
import dev.graft.weights.Pickled.Dict;
import dev.graft.weights.Pickled.Plain;
import dev.graft.weights.Pickled.PyList;
import dev.graft.weights.Pickled.Tuple;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Interprets a pickle, protocols 0 to 5, without executing anything: names are looked up in {@link
 * TorchGlobals}, which knows what tensors need and refuses the rest. Neither recursion nor an
 * opcode's cost depends on how values nest, so that the limit on opcodes bounds time and memory.
 *
 * @see <a href="https://github.com/python/cpython/blob/3.13/Lib/pickletools.py">the opcodes</a>
 */
final class Unpickler {
  /** A state dict takes about 40 a tensor, an epoch's number in a list of losses takes one. */
  private static final int MAX_OPCODES = 1 << 20;

  private static final int MAX_PROTOCOL = 5;

  private final PickleInput in;
  private final TorchGlobals globals;
  private final List<Object> stack = new ArrayList<>();
  private final Deque<Integer> marks = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  private Unpickler(PickleInput in, TorchGlobals globals) {
    this.in = in;
    this.globals = globals;
  }

  /** Reads one pickle up to and including its STOP. */
  static Object load(PickleInput in, TorchGlobals globals) throws IOException {
    return new Unpickler(in, globals).run();
  }

  private Object run() throws IOException {
    for (int i = 0; i < MAX_OPCODES; i++) {
      int op = in.u1();
      if (op == '.') {
        return pop();
      }
      if (!number(op) && !text(op) && !stackOrMemo(op) && !container(op) && !object(op)) {
        throw in.bad("has an opcode that is not known: " + op);
      }
    }
    throw in.bad("has more than " + MAX_OPCODES + " opcodes", Cures.STATE_DICT);
  }

  private boolean number(int op) throws IOException {
    switch (op) {
      case 'N' -> push(Plain.NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) in.u1());
      case 'M' -> push((long) in.u2());
      case 'J' -> push((long) in.i4());
      case 'G' -> push(in.f8());
      case 'I', 'L' -> push(integerLine(in.numberLine()));
      case 'F' -> push(floatLine(in.numberLine()));
      case 0x8a -> push(in.integer(in.u1()));
      case 0x8b -> push(in.integer(in.i4()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean text(int op) throws IOException {
    switch (op) {
      case 'X', 'T' -> push(in.text(Integer.toUnsignedLong(in.i4())));
      case 'U', 0x8c -> push(in.text(in.u1()));
      case 0x8d -> push(in.text(in.i8()));
      case 'S' -> push(unquoted(in.line()));
      case 'V' -> push(in.line());
      case 'C' -> opaque(in.u1());
      case 'B' -> opaque(Integer.toUnsignedLong(in.i4()));
      case 0x8e, 0x96 -> opaque(in.i8());
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean stackOrMemo(int op) throws IOException {
    switch (op) {
      case '(' -> marks.push(stack.size());
      case '0' -> {
        if (stack.size() > floor()) {
          pop();
        } else {
          popMark();
        }
      }
      case '1' -> popMark();
      case '2' -> push(top());
      case 'p' -> memo.put(index(in.numberLine()), top());
      case 'q' -> memo.put(in.u1(), top());
      case 'r' -> memo.put(in.i4(), top());
      case 0x94 -> memo.put(memo.size(), top());
      case 'g' -> push(recall(index(in.numberLine())));
      case 'h' -> push(recall(in.u1()));
      case 'j' -> push(recall(in.i4()));
      case 0x80 -> requireProtocol(in.u1());
      case 0x95 -> in.i8(); // A frame only says how much may be read ahead.
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean container(int op) {
    switch (op) {
      case ')' -> push(new Tuple(List.of()));
      case 't' -> push(new Tuple(popMark()));
      case 0x85, 0x86, 0x87 -> push(new Tuple(popMany(op - 0x84)));
      case ']' -> push(new PyList());
      case 'l' -> {
        var list = new PyList();
        list.items().addAll(popMark());
        push(list);
      }
      case 'a' -> extend(popMany(1));
      case 'e', 0x90 -> extend(popMark());
      case '}' -> push(new Dict());
      case 'd' -> {
        List<Object> items = popMark();
        push(new Dict());
        putAll(items);
      }
      case 's' -> putAll(popMany(2));
      case 'u' -> putAll(popMark());
      case 0x8f -> push(Plain.OPAQUE);
      case 0x91 -> {
        popMark();
        push(Plain.OPAQUE);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean object(int op) throws IOException {
    switch (op) {
      case 'c' -> push(globals.find(in, in.line(), in.line(), stack));
      case 0x93 -> {
        Object name = pop();
        push(globals.find(in, string(pop()), string(name), stack));
      }
      case 'R', 0x81 -> {
        Object arguments = pop();
        push(globals.call(in, pop(), tuple(arguments)));
      }
      case 0x92 -> {
        Object keywords = pop();
        Object arguments = pop();
        requireEmpty(keywords);
        push(globals.call(in, pop(), tuple(arguments)));
      }
      case 'i' -> {
        Object callable = globals.find(in, in.line(), in.line(), stack);
        push(globals.call(in, callable, popMark()));
      }
      case 'o' -> {
        List<Object> items = popMark();
        if (items.isEmpty()) {
          throw in.bad("makes an object of nothing");
        }
        push(globals.call(in, items.get(0), items.subList(1, items.size())));
      }
      case 'b' -> {
        pop();
        globals.requireBuildable(in, top());
      }
      case 'Q' -> push(globals.persistent(in, pop()));
      case 'P' -> push(globals.persistent(in, in.line()));
      case 0x82, 0x83, 0x84 ->
          throw in.bad("uses Python's extension registry, which no state dict does", HOSTILE);
      case 0x97, 0x98 -> throw in.bad("keeps data outside itself", Cures.STATE_DICT);
      default -> {
        return false;
      }
    }
    return true;
  }

  static final String HOSTILE = "Do not use it; get it from a source you trust.";

  private void push(Object value) {
    stack.add(value);
  }

  private int floor() {
    Integer mark = marks.peek();
    return mark == null ? 0 : mark;
  }

  private Object top() {
    if (stack.size() <= floor()) {
      throw in.bad("takes a value that is not there");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    Object value = top();
    stack.remove(stack.size() - 1);
    return value;
  }

  private List<Object> popMany(int count) {
    if (stack.size() - count < floor()) {
      throw in.bad("takes a value that is not there");
    }
    return cut(stack.size() - count);
  }

  private List<Object> popMark() {
    Integer mark = marks.poll();
    if (mark == null) {
      throw in.bad("goes back to a mark that is not there");
    }
    return cut(mark);
  }

  private List<Object> cut(int from) {
    List<Object> tail = stack.subList(from, stack.size());
    List<Object> items = List.copyOf(tail);
    tail.clear();
    return items;
  }

  private Object recall(int index) {
    Object value = memo.get(index);
    if (value == null) {
      throw in.bad("recalls what it has not memorised");
    }
    return value;
  }

  private void extend(List<Object> items) {
    Object target = top();
    if (target instanceof PyList list) {
      list.items().addAll(items);
    } else if (target != Plain.OPAQUE) {
      throw in.bad("appends to what is no list");
    }
  }

  private void putAll(List<Object> items) {
    Object target = top();
    if (items.size() % 2 != 0) {
      throw in.bad("has a key without a value");
    }
    for (int i = 0; i < items.size(); i += 2) {
      Object key = items.get(i);
      if (key instanceof Dict || key instanceof PyList) {
        throw in.bad("has a list or a dict as a key");
      }
      if (target instanceof Dict dict) {
        dict.put(key, items.get(i + 1));
      } else if (target != Plain.OPAQUE) {
        throw in.bad("sets an item that cannot be set");
      }
    }
  }

  private void opaque(long bytes) throws IOException {
    in.bytes(bytes);
    push(Plain.OPAQUE);
  }

  private void requireProtocol(int protocol) {
    if (protocol > MAX_PROTOCOL) {
      throw in.bad("is of protocol " + protocol + ", later than " + MAX_PROTOCOL);
    }
  }

  private void requireEmpty(Object keywords) {
    if (!(keywords instanceof Dict dict) || !dict.entries().isEmpty()) {
      throw in.bad("passes keywords");
    }
  }

  private String string(Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw in.bad("has a name that is no text");
  }

  private List<Object> tuple(Object value) {
    if (value instanceof Tuple tuple) {
      return tuple.items();
    }
    throw in.bad("calls something with what is no tuple");
  }

  private int index(String line) {
    try {
      return Integer.parseUnsignedInt(line);
    } catch (NumberFormatException e) {
      throw in.bad("has a memo index that is no number");
    }
  }

  /** Protocol 0 writes booleans as the integers 00 and 01, and ends long ones in L. */
  private Object integerLine(String line) {
    if (line.equals("00") || line.equals("01")) {
      return line.equals("01");
    }
    try {
      return PickleInput.narrow(
          new BigInteger(line.endsWith("L") ? line.substring(0, line.length() - 1) : line));
    } catch (NumberFormatException e) {
      throw in.bad("has an integer that is none: " + Printable.of(line));
    }
  }

  private double floatLine(String line) {
    try {
      return switch (line) {
        case "inf" -> Double.POSITIVE_INFINITY;
        case "-inf" -> Double.NEGATIVE_INFINITY;
        case "nan" -> Double.NaN;
        default -> Double.parseDouble(line);
      };
    } catch (NumberFormatException e) {
      throw in.bad("has a number that is none: " + Printable.of(line));
    }
  }

  /** Names of tensors need no escapes; the text between the quotes is taken as it is. */
  private String unquoted(String line) {
    int end = line.length() - 1;
    boolean quoted =
        end > 0 && line.charAt(0) == line.charAt(end) && "'\"".indexOf(line.charAt(0)) >= 0;
    if (!quoted) {
      throw in.bad("has text without quotes");
    }
    return line.substring(1, end);
  }
}
