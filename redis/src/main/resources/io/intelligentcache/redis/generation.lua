-- KEYS[1] the name of a space's generation, ARGV[1] the 16 bytes of a sweep's version and the 8 bytes of the microsecond of its
-- call on the servers' clock, or a little later; ARGV[2] milliseconds that it is kept:
-- until no write from before the sweep is stored any more, because it is too late. Keeps the later one; of two sweeps at the same
-- microsecond either will do.
local stored = redis.pcall('GET', KEYS[1])
if type(stored) == 'string' and #stored == 24 then
  local high, low = struct.unpack('>I4I4', ARGV[1])
  local stored_high, stored_low = struct.unpack('>I4I4', stored)
  if not impossible(stored_high, high)
    and (stored_high > high or stored_high == high and stored_low > low) then
    return 0
  end
end
local done = redis.pcall('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
-- A server that is out of memory keeps none. The sweep goes on without, because it frees memory.
if done.err and not string.find(done.err, 'OOM', 1, true) then
  return done
end
return 1
