-- KEYS[1] the name; where one server has all keys KEYS[2] the name of the space's generation and KEYS[3] that of the clock.
-- ARGV[1] the record, ARGV[2] milliseconds to live or 0, ARGV[3] the last microsecond, on this server's clock, at which it
-- may be stored, or 0: at any time. ARGV[4] a condition: none, 'A' that there is no value, the 16 bytes of the version of the
-- value that has to be there, or 'L' and the 16 bytes of the holder of the lease that has to be there. ARGV[5] the channel to publish the
-- change on, if any.
-- Answers '' (nothing was there), 'V' (it replaced a value), 'L' (too late: the write began too long ago, before the clock was set
-- back, or before the space was swept), 'C' (the condition does not hold), or, if a newer record is there, of that 8 bytes
-- each: time of the version, its writer, when it was written; and its two bytes of flags. Of a lease only the first is known.
local stored = redis.pcall('GETRANGE', KEYS[1], 0, LONGEST_HEAD)
local high, low, kind, writer_high, writer_low = header(stored)
local my_high, my_low, my_kind, my_writer_high, my_writer_low = header(ARGV[1])
local removes = my_kind == TOMBSTONE
local condition = ARGV[4]
local now
if ARGV[3] ~= '0' or condition == 'A' then
  now = micros()
end
if ARGV[3] ~= '0' then
  if now > tonumber(ARGV[3]) then
    return 'L'
  end
  if KEYS[2] then
    local marks = redis.call('MGET', KEYS[2], KEYS[3])
    local generation, clock = marks[1], marks[2]
    if clock and tonumber(string.match(clock, '^%d+') or 0) > math.floor(my_high / 1048576) then
      return 'L'
    end
    if generation and #generation == 16 then
      local begun_high, begun_low = struct.unpack('>I4I4', ARGV[1], 9)
      local h, l, wh, wl = struct.unpack('>I4I4I4I4', generation)
      local own = wh == my_writer_high and wl == my_writer_low
      if compare(begun_high, begun_low, my_writer_high, my_writer_low, h, l, wh, wl) < 0
        or not own and math.floor(h / 1048576) == math.floor(my_high / 1048576)
          and number(ARGV[1], 33) * 1000 <= h % 1048576 * 4294967296 + l then
        return 'L'
      end
    end
  end
end
local holds = false -- whether a condition on the very record that is there holds
if #condition == 17 then
  if kind ~= LEASE or string.sub(stored, 41, 56) ~= string.sub(condition, 2) then
    return 'C'
  end
  holds = true
elseif #condition == 16 then
  if kind ~= VALUE or string.sub(stored, 9, 16) ~= string.sub(condition, 1, 8)
    or string.sub(stored, 25, 32) ~= string.sub(condition, 9, 16) then
    return 'C'
  end
  holds = removes or impossible(high, my_high)
elseif condition == 'A' then
  if live(stored, kind, now) then
    return 'C'
  end
end
if high and not holds and not impossible(high, my_high) then
  local order = compare(high, low, writer_high, writer_low, my_high, my_low, my_writer_high, my_writer_low)
  if order > 0 or order == 0 and kind == TOMBSTONE and not removes then
    return string.sub(stored, 9, 16)
      .. (kind == LEASE and string.rep('\0', 18)
        or string.sub(stored, 25, 40) .. string.sub(stored, 3, 4))
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
