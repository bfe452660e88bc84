-- KEYS[1] the name; where one server has all keys KEYS[2] the name of the space's generation, KEYS[3] that of the mark of a clock
-- that was set back, and KEYS[4] that of the clock. ARGV[1] the record, ARGV[2] milliseconds to live or 0, ARGV[3] the last microsecond, on this server's
-- clock, at which it may be stored, or 0: at any time. ARGV[4] a condition: none, 'A' that there is no value, the 16 bytes of the
-- version of the value that has to be there, or 'L' and the 16 bytes of the holder of the lease that has to be there. In a cluster
-- ARGV[5] and ARGV[6] the names of the space's generation and of that of all spaces in the slot of the key. The last one, if changes are
-- published, the channel.
-- Answers '' (nothing was there), 'V' (it replaced a value), 'L' (too late: the write began too long ago, by a clock that has been set
-- since, before the space was swept, or before what it would replace), 'C' (the condition does not hold), or, if a newer record is there, of that 8 bytes
-- each: time of the version, its writer, when it was written; and its two bytes of flags. Of a lease only the first is known.
local record, condition = ARGV[1], ARGV[4]
local my_high, my_low = struct.unpack('>I4I4', record, 9)
local removes = string.byte(record, 2) == TOMBSTONE
local IN_TIME = 3000 -- microseconds

-- Whether this write is of a later epoch than the one that has this upper half of its time, and the clock has in fact been set back. If
-- it is not marked, the epoch was lost with all that the server held, and says nothing.
local function is_of_later_epoch(high)
  return KEYS[3] and math.floor(high / 1048576) < math.floor(my_high / 1048576)
    and redis.call('EXISTS', KEYS[3]) == 1
end

-- Whether the space was swept after this write began, by its generation.
local function swept_since(generation)
  if not generation or #generation ~= 24 then
    return false
  end
  local high, low = struct.unpack('>I4I4', generation)
  if compare(my_high, my_low, record, high, low, generation, 9) < 0 then
    return true
  end
  -- A later version of another instance may have begun earlier, as its origin tells; see sweep.lua.
  return string.sub(record, 25, 32) ~= string.sub(generation, 9, 16)
    and earliest(record) <= number(generation, 17)
    and not is_of_later_epoch(high)
end

-- Reads a name of the slot that is none of the KEYS: with several KEYS a write would fail while its slot moves. While it moves, a name
-- that is with the other server can't be read; that counts as nothing.
local function in_slot(name)
  local found = redis.pcall('GET', name)
  if type(found) == 'table' and found.err then
    if not string.find(found.err, 'non local key', 1, true) then
      error(found.err, 0)
    end
    return nil
  end
  return found
end

-- Whether the clock was set back after this write began, by the mark of that.
local function set_back_since(mark)
  return (tonumber(mark or 0) or 0) > math.floor(my_high / 1048576)
end

-- Whether the space was swept, or the clock set back, after this write began.
local function outdated()
  if not KEYS[2] then
    return swept_since(in_slot(ARGV[5])) or swept_since(in_slot(ARGV[6]))
  end
  local marks = redis.call('MGET', KEYS[2], KEYS[3])
  return set_back_since(marks[2]) or swept_since(marks[1])
end

local plain_removal = removes and condition == ''
local now
if ARGV[3] ~= '0' then
  now = micros()
  if now > tonumber(ARGV[3]) then
    return 'L'
  end
end
if not now or plain_removal then
  -- Dated by a former epoch, a removal would refuse nothing of this one.
  if KEYS[3] and set_back_since(redis.call('GET', KEYS[3])) then
    return 'L'
  end
elseif outdated() then
  return 'L'
end
local stored = redis.pcall('GETRANGE', KEYS[1], 0, LONGEST_HEAD)
local high, low, kind = header(stored)
-- Where nothing is, a tombstone may have expired because the clock was ahead for a while. See clock.lua.
if stored == '' and now and not plain_removal and KEYS[4] then
  local latest_known = string.match(redis.call('GET', KEYS[4]) or '', ' (%d+)$')
  if latest_known and tonumber(latest_known) - now > 500000 then
    return 'L'
  end
end
local chosen = false -- whether a condition names the very record that is there, which then need not be older
if condition ~= '' then
  if #condition == 17 then
    if kind ~= LEASE or string.sub(stored, 41, 56) ~= string.sub(condition, 2) then
      return 'C'
    end
    chosen = true
  elseif #condition == 16 then
    if kind ~= VALUE or string.sub(stored, 9, 16) ~= string.sub(condition, 1, 8)
      or string.sub(stored, 25, 32) ~= string.sub(condition, 9, 16) then
      return 'C'
    end
    chosen = removes
  elseif live(stored, kind, now or micros()) then
    return 'C'
  end
end
local buried = kind == TOMBSTONE or kind == LEASE and string.byte(stored, 3) == TOMBSTONE
if high and not chosen and (high > my_high or high == my_high and low >= my_low)
  and not impossible(high, my_high) then
  local order = compare(high, low, stored, my_high, my_low, record, 25)
  if order > 0 or order == 0 and buried and not removes then
    return string.sub(stored, 9, 16)
      .. (kind == LEASE and string.rep('\0', 18)
        or string.sub(stored, 25, 40) .. string.sub(stored, 3, 4))
  end
end

-- A put that took a while to arrive may have been given up by its caller, and what another instance has stored, or what a lease
-- has replaced, may have begun after that. Then a greater version is no proof that this put is newer: its time may be dated
-- ahead, or its clock wrong. Only in a later epoch, as long as that is marked, it is.
local function may_be_older()
  local since
  if (kind == VALUE or kind == TOMBSTONE) and #stored >= 52 then
    since = latest(stored)
  elseif kind == LEASE and string.byte(stored, 3) ~= 0 then
    since = high % 1048576 * 4294967296 + low
  end
  return since
    and string.sub(stored, 25, 32) ~= string.sub(record, 25, 32)
    and (now - earliest(record) > IN_TIME and earliest(record) <= since
      or KEYS[2] and earliest(record) > now + IN_TIME) -- by a clock that has been set back since
    and not impossible(high, my_high)
    and not is_of_later_epoch(high)
end
if high and now and condition == '' and not removes and may_be_older() then
  return 'L'
end
local done
if ARGV[2] == '0' then
  done = redis.pcall('SET', KEYS[1], record)
else
  done = redis.pcall('SET', KEYS[1], record, 'PX', ARGV[2])
end
if done.err then
  if removes and string.find(done.err, 'OOM', 1, true) then
    redis.call('UNLINK', KEYS[1])
  else
    return done
  end
end
publish(ARGV[KEYS[2] and 5 or 7], KEYS[1])
if stored == '' or kind == TOMBSTONE or kind == LEASE then
  return ''
end
return 'V'
