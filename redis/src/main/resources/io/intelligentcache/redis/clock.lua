-- KEYS[1] the name of the clock: the epoch, and the latest time that this server has had. ARGV[1] the epoch that the caller
-- knows, ARGV[2] milliseconds that the clock is kept when nobody looks at it. Answers the epoch, after beginning another one if the
-- time has gone back by more than a second.
local TOLERANCE, LAST_EPOCH = 1000000, 1023
local now = micros()
local stored = redis.pcall('GET', KEYS[1])
local epoch, latest
if type(stored) == 'string' then
  epoch, latest = string.match(stored, '^(%d+) (%d+)$')
end
epoch, latest = tonumber(epoch or 0), tonumber(latest or 0)
local known = tonumber(ARGV[1])
local mine = math.min(math.max(epoch, known), LAST_EPOCH)
if latest - now > TOLERANCE then
  mine = math.min(math.max(epoch + 1, known), LAST_EPOCH)
end
if mine ~= epoch or now - latest > TOLERANCE then
  redis.pcall('SET', KEYS[1], string.format('%.0f %.0f', mine, now), 'PX', ARGV[2])
end
return mine
