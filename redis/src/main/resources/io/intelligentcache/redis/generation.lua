-- KEYS[1] the name of a space's generation, ARGV[1] the 16 bytes of a sweep's version and the 8 bytes of the microsecond of its
-- call on the servers' clock, or a little later; ARGV[2] milliseconds that it is kept:
-- until no write from before the sweep is stored any more, because it is too late. The greater version of two sweeps need not be that
-- of the later one, so both maxima are kept; what is made up of two is nobody's.
local generation = ARGV[1]
local stored = redis.pcall('GET', KEYS[1])
if type(stored) == 'string' and #stored == 24 then
  local high, low = struct.unpack('>I4I4', generation)
  local stored_high, stored_low = struct.unpack('>I4I4', stored)
  local greater = stored_high > high or stored_high == high and stored_low > low
  local micros_before, called = number(stored, 17), number(generation, 17)
  local later = micros_before > called
  if not impossible(stored_high, high) and (greater or later) then
    -- A bound that is yet to come is of a clock that was set back.
    local bound = later and math.min(micros_before, math.max(micros(), called)) or called
    generation = string.sub(greater and stored or generation, 1, 8)
      .. (greater == later and string.sub(stored, 9, 16) or string.rep('\0', 8))
      .. struct.pack('>I4I4', math.floor(bound / 4294967296), bound % 4294967296)
  end
end
local done = redis.pcall('SET', KEYS[1], generation, 'PX', ARGV[2])
-- A server that is out of memory keeps none. The sweep goes on without, because it frees memory.
if done.err and not string.find(done.err, 'OOM', 1, true) then
  return done
end
return 1
