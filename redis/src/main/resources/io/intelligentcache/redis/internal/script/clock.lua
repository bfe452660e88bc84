-- Answers the epoch. Begins another epoch if the clock has gone back by more than half a second.
-- KEYS[1]  the name of the clock. Its value is the epoch, and the latest time that this server has had.
-- KEYS[2]  where one server has all keys: the name of the mark that the clock was set back
-- ARGV[1]  the epoch that the caller knows
-- ARGV[2]  milliseconds that the clock is kept if no instance looks at it
-- ARGV[3]  milliseconds that a write may be in flight
local TOLERANCE, REFRESH, LAST_EPOCH = 500000, 250000, 1023
local now = micros()
local stored = redis.pcall('GET', KEYS[1])
local epoch, latest
if type(stored) == 'string' then
  epoch, latest = string.match(stored, '^(%d+) (%d+)$')
end
epoch, latest = tonumber(epoch or 0), tonumber(latest or 0)
local back = latest - now
local mine = math.max(epoch, tonumber(ARGV[1]))
if back > TOLERANCE then
  mine = math.max(epoch + 1, mine)
end
mine = math.min(mine, LAST_EPOCH)
if back > TOLERANCE and KEYS[2] then
  -- Until the mark expires, a write from before the clock was set may seem to have been called a moment ago.
  redis.pcall('SET', KEYS[2], mine, 'PX', string.format('%.0f', math.ceil(back / 1000) + ARGV[3]))
end
if mine ~= epoch or -back > REFRESH then
  redis.pcall('SET', KEYS[1], string.format('%.0f %.0f', mine, now), 'PX', ARGV[2])
end
return mine
