-- Stores a record, unless there is a newer one.
-- KEYS[1]  the name of the key
-- KEYS[2]  where one server has all keys: the name of the space's generation
-- KEYS[3]  there: the name of the mark that the clock was set back
-- KEYS[4]  there: the name of the clock
-- ARGV[1]  the record
-- ARGV[2]  milliseconds to live, or 0
-- ARGV[3]  the last microsecond, on this server's clock, at which the record may be stored; or 0: at any time
-- ARGV[4]  the condition, one of these:
--          '': none;
--          'A': there is no value;
--          16 bytes: there is the value with this version;
--          'L' and 16 bytes: there is the lease of this holder
-- ARGV[5]  in a cluster: the name of the space's generation in the slot of the key
-- ARGV[6]  in a cluster: the name of the generation of all spaces in that slot
-- The last argument is the channel, if changes are published.
-- Answers one of these:
-- '': stored, and no value was there before;
-- 'V': stored, and it replaced a value;
-- 'L': too late. The write began too long ago, or by a clock that has been set since, or before the space was swept, or
--      before the record that it would replace;
-- 'C': the condition does not hold;
-- 26 bytes of a newer record, which stays: the time of its version, its writer, and when its write began, 8 bytes each;
--      then its two bytes of flags. For a lease all bytes after the first 8 are zeros.
local record, condition = ARGV[1], ARGV[4]
local my_high, my_low = struct.unpack('>I4I4', record, 9)
local removes = string.byte(record, 2) == TOMBSTONE
local IN_TIME = 3000 -- microseconds

-- Whether this write is of a later epoch than a time with this upper half, and the clock has really been set back.
-- Without the mark, the epoch was lost together with all keys of the server, and proves nothing.
local function is_of_later_epoch(high)
  return KEYS[3] and math.floor(high / 1048576) < math.floor(my_high / 1048576)
    and redis.call('EXISTS', KEYS[3]) == 1
end

-- Whether the space was swept after this write began, according to its generation.
local function swept_since(generation)
  if not generation or #generation ~= 24 then
    return false
  end
  local high, low = struct.unpack('>I4I4', generation)
  if compare(my_high, my_low, record, high, low, generation, 9) < 0 then
    return true
  end
  -- A write of another instance may have a later version and still have begun earlier. Its origin decides; see
  -- sweep.lua.
  return string.sub(record, 25, 32) ~= string.sub(generation, 9, 16)
    and earliest(record) <= number(generation, 17)
    and not is_of_later_epoch(high)
end

-- Reads a name of the key's slot that is none of the KEYS: with several KEYS, a write would fail while its slot moves.
-- While the slot moves, a name that is on the other server can't be read; it counts as absent.
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

-- Whether the clock was set back after this write began, according to the mark.
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
  -- A removal with a version of a former epoch would refuse no write of this epoch.
  if KEYS[3] and set_back_since(redis.call('GET', KEYS[3])) then
    return 'L'
  end
elseif outdated() then
  return 'L'
end
local stored = redis.pcall('GETRANGE', KEYS[1], 0, LONGEST_HEAD)
local high, low, kind = header(stored)
-- If there is no record, a tombstone may have expired because the clock was ahead for a while. See clock.lua.
if stored == '' and now and not plain_removal and KEYS[4] then
  local latest_known = string.match(redis.call('GET', KEYS[4]) or '', ' (%d+)$')
  if latest_known and tonumber(latest_known) - now > 500000 then
    return 'L'
  end
end
local chosen = false -- whether the condition names exactly the record that is there; it need not be older then
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

-- A put may arrive so late that its caller has given up. Then the record of another instance, or the record that a
-- lease has replaced, may have begun after the caller gave up. In that case a greater version does not prove that this
-- put is newer: its time may be dated ahead, or its clock may be wrong. It proves that only in a later epoch, as long
-- as the mark exists.
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
      or KEYS[2] and earliest(record) > now + IN_TIME) -- by a clock that has been set back since then
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
