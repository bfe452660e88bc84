-- KEYS[1] the name, ARGV[1] the record, ARGV[2] milliseconds to live or 0, ARGV[3] the last
-- microsecond, on this server's clock, at which it may be stored where nothing is.
-- Answers '' (nothing was there), 'V' (it replaced something), 'L' (too late), or the eight bytes
-- of the greater version that is there.
local stored = redis.pcall('GETRANGE', KEYS[1], 0, 19)
local high, low, tombstone = header(stored)
local my_high, my_low, removes = header(ARGV[1])
if high then
  if high > my_high
    or high == my_high and (low > my_low or low == my_low and tombstone and not removes) then
    return string.sub(stored, 9, 16)
  end
elseif not removes then
  local now = redis.call('TIME')
  if now[1] * 1000000 + now[2] > tonumber(ARGV[3]) then
    return 'L'
  end
end
local done
if ARGV[2] == '0' then
  done = redis.pcall('SET', KEYS[1], ARGV[1])
else
  done = redis.pcall('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
if done.err then
  if removes and string.find(done.err, 'OOM', 1, true) then
    redis.call('UNLINK', KEYS[1])
  else
    return done
  end
end
if stored == '' or tombstone then
  return ''
end
return 'V'
