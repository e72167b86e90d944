package dev.graft.cli;

import java.lang.reflect.Constructor;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;

/** Makes the commands, and gives those that can be stopped their stop signal. */
final class CommandFactory implements CommandLine.IFactory {
  private final BooleanSupplier stop;

  CommandFactory(BooleanSupplier stop) {
    this.stop = stop;
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (constructor.getParameterCount() == 1
          && constructor.getParameterTypes()[0] == BooleanSupplier.class) {
        return type.cast(constructor.newInstance(stop));
      }
    }
    return CommandLine.defaultFactory().create(type);
  }
}
