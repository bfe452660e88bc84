-- Claims a lease.
-- KEYS[1]  the name of the key
-- ARGV[1]  the holder, 16 bytes: the instance, and a number that it has not used before
-- ARGV[2]  milliseconds that the lease lasts
-- ARGV[3]  the last byte of a value to answer, counted from 0
-- ARGV[4]  the 16 bytes of the version of a value that the instance can't read, or zeros. The lease replaces it.
-- ARGV[5]  milliseconds that a tombstone is kept
-- ARGV[6]  the 16 bytes of the version of a value that the instance has, or zeros
-- Answers one of these:
-- 'L' and the 16 bytes of the version that was under the name, zeros for none: the lease is granted;
-- 'H': another instance holds the lease;
-- 'U': the value that the instance has is there;
-- the value that is there.
-- A lease of the same instance is replaced: either the answer that granted it, or the command that released it, was
-- lost with a connection. The lease keeps the kind and the version of the record that it replaces. So a tombstone
-- continues to refuse older writes. An instance that has a copy of an expired value, or of a value that only others
-- can't read, can learn that it has not changed.
local stored = redis.pcall('GETRANGE', KEYS[1], 0, LONGEST_HEAD)
local high, _, kind = header(stored)
local now = micros()
local least = 0 -- milliseconds that the record is kept at least
if live(stored, kind, now) then
  local there = string.sub(stored, 9, 16) .. string.sub(stored, 25, 32)
  if there == ARGV[6] then
    return 'U'
  elseif there ~= ARGV[4] then
    return redis.call('GETRANGE', KEYS[1], 0, ARGV[3])
  end
  -- As a tombstone does, the lease must refuse puts from before the value that are still in flight.
  least = tonumber(ARGV[5])
end
local now_millis = math.floor(now / 1000)
if kind == LEASE and #stored == 56
  and string.sub(stored, 41, 48) ~= string.sub(ARGV[1], 1, 8) then
  local left = number(stored, 33) - now_millis
  local life = struct.unpack('>I4', stored, 5)
  -- If more time is left than the lease had at first, the clock of the server was set back. Then the lease has ended.
  if left > 0 and left <= life then
    return 'H'
  end
end
local of = kind == LEASE and string.byte(stored, 3) or kind or 0
local version, writer
if high then
  version = string.sub(stored, 9, 20)
  writer = string.sub(stored, 25, 32)
else
  version = struct.pack('>I4I4I4', 0, 1, 0x49434D33)
  writer = string.rep('\0', 8)
end
local life = math.min(tonumber(ARGV[2]), 4294967295)
local ends = now_millis + life
local record = string.char(0xC2, LEASE, of, 0)
  .. struct.pack('>I4', life)
  .. version
  .. '\0\0\0\0'
  .. writer
  .. struct.pack('>I4I4', math.floor(ends / 4294967296), ends % 4294967296)
  .. ARGV[1]
local left = redis.call('PTTL', KEYS[1])
redis.call('SET', KEYS[1], record, 'PX', math.max(life, left, least))
return 'L' .. (high and string.sub(stored, 9, 16) or string.rep('\0', 8)) .. writer
