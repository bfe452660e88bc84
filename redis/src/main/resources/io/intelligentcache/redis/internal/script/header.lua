-- Reads the head of a record. The classes RecordFormat and Leases describe the layouts. Every script includes this
-- file. header() returns the time of the version in two halves, because numbers of Lua are exact to 53 bits only, and
-- the kind. It returns nil if the bytes are no record.
local function header(bytes)
  if type(bytes) ~= 'string' or #bytes < 32 or string.byte(bytes) ~= 0xC2 then
    return nil
  end
  local high, low, check = struct.unpack('>I4I4I4', bytes, 9)
  if high >= 0x40000000 or bit.bxor(high, low, check) ~= 0x49434D32 then
    return nil
  end
  return high, low, string.byte(bytes, 2)
end
local VALUE, TOMBSTONE, LEASE = 86, 84, 76
local LONGEST_HEAD = 56 -- GETRANGE up to this byte reads a head, and shows whether a lease has the right length
-- Compares the version of a record, whose time is given, with another version. Returns -1 if it is less, 0 if it is
-- equal, 1 if it is greater. Writers are compared as numbers, because the order of texts depends on the server's
-- locale.
local function compare(high, low, bytes, my_high, my_low, my_bytes, my_writer_at)
  if high ~= my_high then return high < my_high and -1 or 1 end
  if low ~= my_low then return low < my_low and -1 or 1 end
  local wh, wl = struct.unpack('>I4I4', bytes, 25)
  local my_wh, my_wl = struct.unpack('>I4I4', my_bytes, my_writer_at)
  if wh ~= my_wh then return wh < my_wh and -1 or 1 end
  if wl ~= my_wl then return wl < my_wl and -1 or 1 end
  return 0
end
-- Whether a version with the upper half `high` is impossible, judged by a version with the upper half `mine`. The
-- halves are in units of 72 minutes. It is impossible if it is at least two epochs later, or more than a day later in
-- the same epoch. See Versions.isPossible.
local function impossible(high, mine)
  local epochs = math.floor(high / 1048576) - math.floor(mine / 1048576)
  return epochs > 1 or epochs == 0 and high - mine > 20
end
-- Eight bytes as a number; exact for milliseconds.
local function number(bytes, at)
  local high, low = struct.unpack('>I4I4', bytes, at)
  return high * 4294967296 + low
end
-- The possible error of the clock of a record's writer, in microseconds. It gives the earliest and the latest
-- microsecond at which the write may have begun.
local function inexactness(bytes)
  local units = math.floor(struct.unpack('>I2', bytes, 3) / 2)
  return units == 32767 and 86400000000 or units * 64
end
local function earliest(bytes)
  return number(bytes, 33) * 1000 - inexactness(bytes)
end
local function latest(bytes)
  local millis = number(bytes, 33)
  local high, low = struct.unpack('>I4I4', bytes, 9)
  local version = high % 1048576 * 4294967296 + low -- never before the origin; in microseconds
  return (math.floor(version / 1000) == millis and version or millis * 1000 + 999) + inexactness(bytes)
end
local function micros()
  local now = redis.call('TIME')
  return now[1] * 1000000 + now[2]
end
-- Whether a head is that of a value that has not expired.
local function live(bytes, kind, now_micros)
  return kind == VALUE and #bytes >= 52 and number(bytes, 41) > now_micros / 1000
end
-- Publishes a change where Redis does not track keys.
local function publish(channel, key)
  if channel then
    redis.call('PUBLISH', channel, key)
  end
end
