-- KEYS[1] the name of a space's generation, ARGV[1] the 16 bytes of a sweep's version, ARGV[2] milliseconds that it is kept:
-- until no write from before the sweep is stored any more, because it is too late. Keeps the later one.
local stored = redis.pcall('GET', KEYS[1])
if type(stored) == 'string' and #stored == 16 then
  local h1, l1, wh1, wl1 = struct.unpack('>I4I4I4I4', stored)
  local h2, l2, wh2, wl2 = struct.unpack('>I4I4I4I4', ARGV[1])
  if compare(h1, l1, wh1, wl1, h2, l2, wh2, wl2) > 0 and not impossible(h1, h2) then
    return 0
  end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
