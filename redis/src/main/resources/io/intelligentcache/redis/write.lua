-- KEYS[1] the name, ARGV[1] the record, ARGV[2] milliseconds to live or 0, ARGV[3] the last
-- microsecond, on this server's clock, at which it may be stored where nothing is. ARGV[4] a condition:
-- none, 'A' that there is no value, the eight bytes of a version that is to be there, or the sixteen of
-- a lease. ARGV[5] where to publish the change, if anywhere.
-- Answers '' (nothing was there), 'V' (it replaced something), 'L' (too late), 'C' (the condition does
-- not hold), or of what is there and newer, eight bytes each, version, writer, when it was written, and
-- its two bytes of flags. Of a lease only the first is known.
local stored = redis.pcall('GETRANGE', KEYS[1], 0, 51)
local high, low, kind = header(stored)
local my_high, my_low, my_kind = header(ARGV[1])
local removes = my_kind == TOMBSTONE
local condition = ARGV[4]
if #condition == 16 then
  if kind ~= LEASE or string.sub(stored, 29, 44) ~= condition then
    return 'C'
  end
elseif #condition == 8 then
  if kind ~= VALUE or string.sub(stored, 9, 16) ~= condition then
    return 'C'
  end
elseif condition == 'A' then
  if live(stored, kind) then
    return 'C'
  end
end
if high then
  if high > my_high
    or high == my_high
      and (low > my_low or low == my_low and kind == TOMBSTONE and not removes) then
    return string.sub(stored, 9, 16)
      .. (kind == LEASE and string.rep('\0', 18)
        or string.sub(stored, 25, 40) .. string.sub(stored, 3, 4))
  end
end
local nothing = not high or kind == LEASE and string.byte(stored, 3) == 0
if nothing and not removes and #condition ~= 16 then
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
publish(ARGV[5], KEYS[1])
if stored == '' or kind == TOMBSTONE or kind == LEASE then
  return ''
end
return 'V'
