-- The upper and lower half of a record's version, and its kind; nil if the bytes are no header.
-- RecordFormat and LeaseFormat have the layouts.
local function header(bytes)
  if type(bytes) ~= 'string' or #bytes < 20 or string.byte(bytes) ~= 0xC2 then
    return nil
  end
  local high, low, check = struct.unpack('>I4I4I4', bytes, 9)
  if high >= 0x40000000 or bit.bxor(high, low, check) ~= 0x49434D32 then
    return nil
  end
  return high, low, string.byte(bytes, 2)
end
local VALUE, TOMBSTONE, LEASE = 86, 84, 76
-- Eight bytes as a number; exact for milliseconds.
local function number(bytes, at)
  local high, low = struct.unpack('>I4I4', bytes, at)
  return high * 4294967296 + low
end
local function millis()
  local now = redis.call('TIME')
  return now[1] * 1000 + math.floor(now[2] / 1000)
end
-- Whether a header is that of a value that has not expired.
local function live(bytes, kind)
  return kind == VALUE and #bytes >= 52 and number(bytes, 41) > millis()
end
-- Tells of a change where Redis does not do so by itself.
local function publish(channel, key)
  if channel then
    redis.call('PUBLISH', channel, key)
  end
end
