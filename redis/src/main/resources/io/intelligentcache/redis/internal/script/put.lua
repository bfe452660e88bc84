-- The fast path of write.lua, which describes KEYS and ARGV. It runs first. Nearly every write is a put that arrives in
-- time and finds an older value of the same instance, or nothing. Such a put is stored here, because defining the
-- functions of write.lua takes a tenth of the time of a write. All other cases continue below, in header.lua and
-- write.lua, which decide the same for the usual case.
if ARGV[4] == '' and string.byte(ARGV[1], 2) == 86 then
  local pcall, record = redis.pcall, ARGV[1]
  local time = pcall('TIME')
  local now = time[1] * 1000000 + time[2]
  if now <= tonumber(ARGV[3]) and pcall('EXISTS', KEYS[2] or ARGV[5], KEYS[3] or ARGV[6]) == 0 then
    local stored = pcall('GETRANGE', KEYS[1], 0, 31)
    local newer = false
    if stored == '' then
      local latest = KEYS[4] and string.match(pcall('GET', KEYS[4]) or '', ' (%d+)$')
      newer = not latest or tonumber(latest) - now <= 500000
    elseif type(stored) == 'string' and string.byte(stored, 2) == 86
      and string.sub(stored, 25, 32) == string.sub(record, 25, 32) then
      local high, low = struct.unpack('>I4I4', stored, 9)
      local my_high, my_low = struct.unpack('>I4I4', record, 9)
      newer = high < my_high or high == my_high and low < my_low
    end
    if newer then
      local done = ARGV[2] == '0' and pcall('SET', KEYS[1], record)
        or pcall('SET', KEYS[1], record, 'PX', ARGV[2])
      local channel = ARGV[KEYS[2] and 5 or 7]
      if done.err then
        return done
      elseif channel then
        redis.call('PUBLISH', channel, KEYS[1])
      end
      return stored == '' and '' or 'V'
    end
  end
end
