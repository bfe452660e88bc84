-- Raises the generation of a space.
-- KEYS[1]  the name of the generation
-- ARGV[1]  the 16 bytes of a sweep's version, then the 8 bytes of the microsecond of its call on the servers' clock,
--          or a little later
-- ARGV[2]  milliseconds that the generation is kept: until a write from before the sweep would be late
-- ARGV[3]  the present microsecond on the clock of the server that is ahead of the others, as the caller knows it
-- Of two sweeps, the one with the greater version need not be the later one. So both maxima are kept. A generation that
-- is merged from two has no writer. A stored time in the future comes from a clock that was set back. It counts as the
-- present.
local generation = ARGV[1]
local stored = redis.pcall('GET', KEYS[1])
if type(stored) == 'string' and #stored == 24 then
  local high, low = struct.unpack('>I4I4', generation)
  local stored_high, stored_low = struct.unpack('>I4I4', stored)
  local called = number(generation, 17)
  local latest = math.max(tonumber(ARGV[3]), called, micros())
  local bound = math.min(number(stored, 17), latest)
  local time = math.min(stored_high % 1048576 * 4294967296 + stored_low, latest)
  local impossible_before = impossible(stored_high, high)
  stored_high = math.floor(stored_high / 1048576) * 1048576 + math.floor(time / 4294967296)
  stored_low = time % 4294967296
  local greater = stored_high > high or stored_high == high and stored_low > low
  if not impossible_before and (greater or bound > called) then
    generation = struct.pack('>I4I4', greater and stored_high or high, greater and stored_low or low)
      .. string.rep('\0', 8)
      .. struct.pack('>I4I4', math.floor(math.max(bound, called) / 4294967296), math.max(bound, called) % 4294967296)
  end
end
local done = redis.pcall('SET', KEYS[1], generation, 'PX', ARGV[2])
-- A server that is out of memory keeps no generation. The sweep continues without it, because the sweep frees memory.
if done.err and not string.find(done.err, 'OOM', 1, true) then
  return done
end
return 1
