package dev.chainrule.experiments.cli;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads amounts of memory: bytes, or with a unit as 256MB or 1.5 GiB. */
public final class ByteSize implements ITypeConverter<Long> {
  private static final Pattern SIZE =
      Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,9})?) ?(b|k|kb|kib|m|mb|mib|g|gb|gib|t|tb|tib|)");

  private static final Map<String, Integer> POWERS = Map.of("k", 1, "m", 2, "g", 3, "t", 4);

  @Override
  public Long convert(String value) {
    Matcher size = SIZE.matcher(value.toLowerCase(Locale.ROOT));
    if (size.matches()) {
      String unit = size.group(2);
      int power = unit.isEmpty() ? 0 : POWERS.getOrDefault(unit.substring(0, 1), 0);
      BigDecimal factor = BigDecimal.valueOf(unit.contains("i") ? 1024 : 1000).pow(power);
      BigDecimal bytes = new BigDecimal(size.group(1)).multiply(factor);
      if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0) {
        return bytes.longValue();
      }
    }
    throw new TypeConversionException(
        "'%s' is no amount of memory, expected one such as 256MB, 1.5GiB or 0".formatted(value));
  }
}
